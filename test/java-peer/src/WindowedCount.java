import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.processor.StateRestoreListener;
import org.apache.kafka.streams.state.WindowStore;

/**
 * Records a key and minute, counted by Kafka Streams: what bench/kafka.ts compares us with. Prints `running` once it runs and
 * `restored RECORDS MS` when stores came back before; works until its standard input ends.
 *
 * Arguments: bootstrap application input output guarantee threads commitMs cacheBytes stateFolder
 */
public final class WindowedCount {
  public static void main(String[] arguments) throws Exception {
    Properties settings = new Properties();
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, arguments[0]);
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, arguments[1]);
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, arguments[4]);
    settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, arguments[5]);
    settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, arguments[6]);
    settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, arguments[7]);
    settings.put(StreamsConfig.STATE_DIR_CONFIG, arguments[8]);
    settings.put(StreamsConfig.consumerPrefix("auto.offset.reset"), "earliest");

    StreamsBuilder builder = new StreamsBuilder();
    builder.stream(arguments[2], Consumed.with(Serdes.String(), Serdes.ByteArray()))
        .groupByKey(Grouped.with(Serdes.String(), Serdes.ByteArray()))
        .windowedBy(TimeWindows.ofSizeAndGrace(Duration.ofMinutes(1), Duration.ofSeconds(10)))
        .count(Materialized.<String, Long, WindowStore<Bytes, byte[]>>as("counts").withKeySerde(Serdes.String()).withValueSerde(Serdes.Long()))
        .toStream((key, count) -> key.key() + "@" + key.window().start())
        .to(arguments[3], Produced.with(Serdes.String(), Serdes.Long()));

    KafkaStreams streams = new KafkaStreams(builder.build(), settings);
    CountDownLatch running = new CountDownLatch(1);
    AtomicLong restored = new AtomicLong();
    AtomicLong restoreBegan = new AtomicLong(Long.MAX_VALUE);
    AtomicLong restoreEnded = new AtomicLong();
    streams.setStateListener((now, before) -> {
      if (now == KafkaStreams.State.RUNNING) running.countDown();
      if (now == KafkaStreams.State.ERROR) System.exit(1);
    });
    streams.setGlobalStateRestoreListener(new StateRestoreListener() {
      @Override public void onRestoreStart(TopicPartition partition, String store, long from, long to) {
        restoreBegan.accumulateAndGet(System.nanoTime(), Math::min);
      }
      @Override public void onBatchRestored(TopicPartition partition, String store, long end, long records) {
        restored.addAndGet(records);
      }
      @Override public void onRestoreEnd(TopicPartition partition, String store, long total) {
        restoreEnded.accumulateAndGet(System.nanoTime(), Math::max);
      }
    });
    streams.start();
    running.await();
    if (restored.get() > 0)
      System.out.printf(Locale.ROOT, "restored %d %.1f%n", restored.get(), (restoreEnded.get() - restoreBegan.get()) / 1e6);
    System.out.println("running");
    untilInputEnds();
    streams.close(Duration.ofSeconds(20));
  }

  private static void untilInputEnds() throws IOException {
    while (System.in.read() >= 0) { }
  }
}
