import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.QueryResult;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import de.bwaldvogel.mongo.backend.memory.MemoryCollection;
import de.bwaldvogel.mongo.backend.memory.MemoryDatabase;
import de.bwaldvogel.mongo.bson.Document;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** mongo-java-server in memory on 127.0.0.1:PORT. */
public class MongoStandIn {
    /** What it implements by itself is older than what today's driver agrees to talk to; the wire protocol is the same. */
    private static final MongoVersion DRIVER_ACCEPTS = new MongoVersion() {
        @Override public List<Integer> getVersionArray() { return List.of(4, 4, 0); }
        @Override public int getWireVersion() { return 9; }
    };

    public static void main(String[] args) throws Exception {
        MemoryBackend backend = new MemoryBackend() {
            @Override public MemoryDatabase openOrCreateDatabase(String name) {
                return new Database(name, getCursorRegistry());
            }
        };
        backend.version(DRIVER_ACCEPTS);
        new MongoServer(backend).bind("127.0.0.1", Integer.parseInt(args[0]));
        new CountDownLatch(1).await();
    }

    private static class Database extends MemoryDatabase {
        private final CursorRegistry cursors;

        Database(String name, CursorRegistry cursors) {
            super(name, cursors);
            this.cursors = cursors;
        }

        @Override protected MemoryCollection openOrCreateCollection(String name, CollectionOptions options) {
            return new MemoryCollection(this, name, options, cursors) {
                @Override protected Integer addDocumentInternal(Document document) {
                    return super.addDocumentInternal(named(document));
                }

                /** Its indexes answer queries for their own keys alone; a server looks at one document for an _id with conditions. */
                @Override protected QueryResult queryDocuments(
                        Document query, Document orderBy, int skip, int limit, int batchSize, Document fields) {
                    Object id = query.get("_id");
                    if (id instanceof Document only && only.size() == 1 && only.containsKey("$eq")) id = only.get("$eq");
                    boolean isFound = id instanceof String || id instanceof Document only && only.keySet().equals(Set.of("$in"));
                    if (query.size() == 1 || !isFound)
                        return super.queryDocuments(query, orderBy, skip, limit, batchSize, fields);
                    QueryResult found = super.queryDocuments(new Document("_id", id), null, 0, 0, 0, null);
                    Stream<Document> one = StreamSupport.stream(found.spliterator(), false);
                    return matchDocumentsFromStream(one, query, orderBy, skip, limit, batchSize, fields);
                }
            };
        }
    }

    /** The names of fields, which every document says again, are kept once: a third less memory. */
    private static Document named(Document document) {
        Document same = new Document();
        for (Map.Entry<String, Object> field : document.entrySet()) same.put(field.getKey().intern(), named(field.getValue()));
        return same;
    }

    private static Object named(Object value) {
        if (value instanceof Document document) return named(document);
        if (!(value instanceof List<?> list)) return value;
        Collection<Object> same = new ArrayList<>(list.size());
        for (Object one : list) same.add(named(one));
        return same;
    }
}
