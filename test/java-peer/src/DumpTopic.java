import java.io.BufferedOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Every committed record of a topic, by Kafka's own consumer, a line each: partition, offset, time, key, value, with tabs
 * between. Ends at what was the end when it began.
 *
 * Arguments: bootstrap topic
 */
public final class DumpTopic {
  public static void main(String[] arguments) {
    Properties settings = new Properties();
    settings.put("bootstrap.servers", arguments[0]);
    settings.put("isolation.level", "read_committed");
    settings.put("max.poll.records", "20000");
    settings.put("auto.offset.reset", "none");
    try (PrintStream out = new PrintStream(new BufferedOutputStream(System.out, 1 << 18), false, StandardCharsets.UTF_8);
        KafkaConsumer<String, String> consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      List<TopicPartition> partitions = consumer.partitionsFor(arguments[1]).stream()
          .map(one -> new TopicPartition(one.topic(), one.partition())).collect(Collectors.toList());
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.get(one)))
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200)))
          out.println(record.partition() + "\t" + record.offset() + "\t" + record.timestamp() + "\t" + record.key() + "\t" + record.value());
    }
  }
}
