import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.elasticsearch.common.logging.LogConfigurator;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.node.Node;
import org.elasticsearch.plugins.PluginsLoader;

/**
 * Starts one real Elasticsearch node from Maven's jars: what the distribution's own launcher does, without its
 * entitlements and bootstrap checks. Every argument is a setting, NAME=VALUE.
 */
public final class ElasticsearchLauncher {
    public static void main(String[] settings) throws Exception {
        LogConfigurator.configureESLogging();
        Path home = Path.of(System.getProperty("es.path.home"));
        Path configuration = Path.of(System.getProperty("es.path.conf"));
        Settings.Builder builder = Settings.builder();
        builder.put("path.home", home.toString());
        for (String setting : settings) {
            int equals = setting.indexOf('=');
            builder.put(setting.substring(0, equals), setting.substring(equals + 1));
        }
        Environment environment = new Environment(builder.build(), configuration);
        LogConfigurator.setNodeName(environment.settings().get("node.name", "node"));
        if (Files.exists(configuration.resolve("log4j2.properties"))) LogConfigurator.configure(environment, true);
        PluginsLoader loader = PluginsLoader.createPluginsLoader(
            PluginsLoader.loadModulesBundles(environment.modulesDir(), false),
            PluginsLoader.loadPluginsBundles(environment.pluginsDir(), false),
            Map.of()
        );
        Node node = new Node(environment, loader);
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
}
