package javas.restroot;

import java.util.*;
import java.util.function.*;
import org.elasticsearch.Build;
import org.elasticsearch.client.internal.node.NodeClient;
import org.elasticsearch.cluster.node.DiscoveryNodes;
import org.elasticsearch.features.NodeFeature;
import org.elasticsearch.plugins.*;
import org.elasticsearch.rest.*;
import org.elasticsearch.xcontent.XContentBuilder;

/** GET and HEAD on "/": the real handler lives in modules/rest-root, which is not published. */
public class RestRootPlugin extends Plugin implements ActionPlugin {
    @Override public Collection<RestHandler> getRestHandlers(RestHandlersServices svc, Supplier<DiscoveryNodes> nodes, Predicate<NodeFeature> f) {
        return List.of(new BaseRestHandler() {
            @Override public String getName() { return "main_action"; }
            @Override public List<Route> routes() { return List.of(new Route(RestRequest.Method.GET, "/"), new Route(RestRequest.Method.HEAD, "/")); }
            @Override protected RestChannelConsumer prepareRequest(RestRequest r, NodeClient client) {
                return ch -> {
                    XContentBuilder b = ch.newBuilder().prettyPrint().startObject();
                    Build x = Build.current();
                    b.field("name", nodes.get().getLocalNode().getName()).field("cluster_name", "javas-dev").startObject("version")
                        .field("number", x.qualifiedVersion()).field("build_flavor", "default").field("build_type", "tar")
                        .field("build_hash", x.hash()).field("build_date", x.date()).field("build_snapshot", false)
                        .field("lucene_version", org.apache.lucene.util.Version.LATEST.toString())
                        .field("minimum_wire_compatibility_version", x.minWireCompatVersion())
                        .field("minimum_index_compatibility_version", x.minIndexCompatVersion())
                        .endObject().field("tagline", "You Know, for Search").endObject();
                    ch.sendResponse(new RestResponse(RestStatus.OK, b));
                };
            }
        });
    }
}
