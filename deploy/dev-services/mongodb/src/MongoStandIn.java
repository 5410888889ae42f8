import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** mongo-java-server in memory on 127.0.0.1:PORT. */
public class MongoStandIn {
    /** What it implements by itself is older than what today's driver agrees to talk to; the wire protocol is the same. */
    private static final MongoVersion DRIVER_ACCEPTS = new MongoVersion() {
        @Override public List<Integer> getVersionArray() { return List.of(4, 4, 0); }
        @Override public int getWireVersion() { return 9; }
    };

    public static void main(String[] args) throws Exception {
        MemoryBackend backend = new MemoryBackend();
        backend.version(DRIVER_ACCEPTS);
        new MongoServer(backend).bind("127.0.0.1", Integer.parseInt(args[0]));
        new CountDownLatch(1).await();
    }
}
