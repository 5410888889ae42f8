import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.LongDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Writes records of 200 bytes at a steady rate, their times the wall clock's, and reads what a windowed count without a cache
 * makes of them, committed records only. A count carries the time of the record that made it, so the time from `send` to
 * the committed count is there. Prints `latency OUTPUTS P50 P99 MAX`, ms. The first seconds do not count.
 *
 * Arguments: bootstrap input output recordsPerSecond warmUpSeconds seconds keys
 */
public final class LatencyProbe {
  public static void main(String[] arguments) throws Exception {
    long rate = Long.parseLong(arguments[3]);
    long warmUpMs = Long.parseLong(arguments[4]) * 1000;
    long forMs = warmUpMs + Long.parseLong(arguments[5]) * 1000;
    int keys = Integer.parseInt(arguments[6]);
    Properties settings = new Properties();
    settings.put("bootstrap.servers", arguments[0]);
    settings.put("isolation.level", "read_committed");
    settings.put("max.poll.records", "5000");
    settings.put("linger.ms", "1");
    Thread writer;
    long began;
    int outputs = 0;
    int[] late = new int[(int) (rate * forMs / 1000 + 100_000)];
    try (KafkaConsumer<String, Long> consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new LongDeserializer())) {
      List<TopicPartition> partitions = consumer.partitionsFor(arguments[2]).stream()
          .map(one -> new TopicPartition(one.topic(), one.partition())).collect(Collectors.toList());
      consumer.assign(partitions);
      consumer.seekToEnd(partitions);
      partitions.forEach(consumer::position);
      began = System.currentTimeMillis();
      writer = new Thread(() -> write(settings, arguments[1], rate, forMs, keys));
      writer.start();
      long quietSince = began;
      while (writer.isAlive() || System.currentTimeMillis() - quietSince < 2000)
        for (ConsumerRecord<String, Long> record : consumer.poll(Duration.ofMillis(50))) {
          quietSince = System.currentTimeMillis();
          if (record.timestamp() >= began + warmUpMs && outputs < late.length) late[outputs++] = (int) (quietSince - record.timestamp());
        }
      writer.join();
    }
    int[] sorted = Arrays.copyOf(late, outputs);
    Arrays.sort(sorted);
    System.out.printf(Locale.ROOT, "latency %d %d %d %d%n", outputs, at(sorted, 50), at(sorted, 99), at(sorted, 100));
  }

  /** Nearest rank. */
  private static int at(int[] sorted, int percent) {
    return sorted.length == 0 ? -1 : sorted[Math.max(0, (int) Math.ceil(percent / 100.0 * sorted.length) - 1)];
  }

  private static void write(Properties settings, String topic, long rate, long forMs, int keys) {
    byte[] value = new byte[200];
    Arrays.fill(value, (byte) 'x');
    try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
      long began = System.nanoTime();
      for (long sent = 0, total = rate * forMs / 1000; sent < total; ) {
        long due = Math.min(total, (System.nanoTime() - began) * rate / 1_000_000_000L);
        for (; sent < due; sent++)
          producer.send(new ProducerRecord<>(topic, null, System.currentTimeMillis(), "key-" + sent % keys, value));
        Thread.sleep(2);
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
