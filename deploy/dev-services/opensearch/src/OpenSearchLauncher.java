import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.opensearch.Version;
import org.opensearch.common.logging.LogConfigurator;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.node.Node;
import org.opensearch.plugins.PluginInfo;

/**
 * Starts one real OpenSearch node from Maven's jars, with modules and plug-ins from the class path: what the distribution's own
 * launcher does, without its security manager and bootstrap checks. The first argument names the plug-ins' classes, with
 * commas between; every other one is a setting, NAME=VALUE.
 */
public final class OpenSearchLauncher extends Node {
    private OpenSearchLauncher(Environment environment, List<PluginInfo> plugins) {
        super(environment, plugins, false);
    }

    public static void main(String[] arguments) throws Exception {
        Path home = Path.of(System.getProperty("opensearch.path.home"));
        Settings.Builder builder = Settings.builder().put("path.home", home.toString());
        for (String setting : List.of(arguments).subList(1, arguments.length)) {
            int equals = setting.indexOf('=');
            builder.put(setting.substring(0, equals), setting.substring(equals + 1));
        }
        Environment environment = new Environment(builder.build(), home.resolve("config"));
        LogConfigurator.setNodeName(environment.settings().get("node.name", "node"));
        LogConfigurator.configure(environment);
        Node node = new OpenSearchLauncher(environment, Stream.of(arguments[0].split(",")).map(OpenSearchLauncher::plugin).toList());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                node.close();
            } catch (Exception cause) {
                cause.printStackTrace();
            }
        }));
        node.start();
        new CountDownLatch(1).await();
    }

    private static PluginInfo plugin(String name) {
        return new PluginInfo(name, "from the class path", "NA", Version.CURRENT, "21", name, List.of(), false);
    }
}
