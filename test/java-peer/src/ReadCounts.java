import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.LongDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Reads a topic of counts to its end, committed records only, and prints `records N` and then the last count of every key,
 * a line each: key, tab, count. A count that is not above the one before it is printed as `back KEY`.
 *
 * Arguments: bootstrap topic
 */
public final class ReadCounts {
  public static void main(String[] arguments) {
    Properties settings = new Properties();
    settings.put("bootstrap.servers", arguments[0]);
    settings.put("isolation.level", "read_committed");
    settings.put("max.poll.records", "20000");
    Map<String, Long> counts = new HashMap<>();
    long records = 0;
    StringBuilder said = new StringBuilder();
    try (KafkaConsumer<String, Long> consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new LongDeserializer())) {
      List<TopicPartition> partitions = consumer.partitionsFor(arguments[1]).stream()
          .map(one -> new TopicPartition(one.topic(), one.partition())).collect(Collectors.toList());
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.get(one)))
        for (ConsumerRecord<String, Long> record : consumer.poll(Duration.ofMillis(200))) {
          records++;
          Long before = counts.put(record.key(), record.value());
          if (before != null && before >= record.value()) said.append("back ").append(record.key()).append('\n');
        }
    }
    said.append("records ").append(records).append('\n');
    new TreeMap<>(counts).forEach((key, count) -> said.append(key).append('\t').append(count).append('\n'));
    System.out.print(said);
  }
}
