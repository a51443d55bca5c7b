package io.parcelnode.node.admin;

import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;

/** The page's files, from this program alone: the page loads nothing from elsewhere. */
final class Assets {
    private static final String PAGE = "/admin-page/";
    private static final String SCRIPT = "text/javascript; charset=utf-8";
    private static final String STYLE = "text/css; charset=utf-8";

    private Assets() {}

    /** By path. */
    static Map<String, Route> routes() throws IOException {
        String charts = "/META-INF/resources/webjars/uplot/" + chartsVersion() + "/dist/";
        Map<String, Route> routes = new LinkedHashMap<>();
        routes.put("/", asset(PAGE + "index.html", Answer.HTML));
        routes.put("/page.css", asset(PAGE + "page.css", STYLE));
        for (String script : new String[] {"page.js", "charts.js", "tables.js", "text.js"}) {
            routes.put("/" + script, asset(PAGE + script, SCRIPT));
        }
        routes.put("/icon.svg", asset(PAGE + "icon.svg", "image/svg+xml"));
        routes.put("/uplot.js", asset(charts + "uPlot.iife.min.js", SCRIPT));
        routes.put("/uplot.css", asset(charts + "uPlot.min.css", STYLE));
        return routes;
    }

    private static Route asset(String resource, String contentType) throws IOException {
        try (InputStream stream = Assets.class.getResourceAsStream(resource)) {
            if (stream == null) {
                throw new IOException("the program lacks its part " + resource + "; build it again");
            }
            Answer answer = new Answer(200, contentType, stream.readAllBytes());
            return Route.get(query -> answer);
        }
    }

    private static String chartsVersion() throws IOException {
        Properties build = new Properties();
        try (InputStream stream = Assets.class.getResourceAsStream("/build.properties")) {
            build.load(stream);
        }
        return build.getProperty("build.uplot");
    }
}
