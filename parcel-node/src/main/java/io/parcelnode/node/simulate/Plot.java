package io.parcelnode.node.simulate;

import io.parcelnode.node.cli.Units;
import io.parcelnode.sim.scenario.ScenarioResult;
import io.parcelnode.sim.scenario.TimeSeries;
import java.awt.Color;
import java.awt.Dimension;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.IntToDoubleFunction;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.apache.batik.svggen.SVGGraphics2D;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** Three panels over one time axis: rate of each flow, queue, losses. */
final class Plot {
    static final String PNG = ".png";
    static final String SVG = ".svg";

    private static final int WIDTH = 1_200;
    private static final int[] HEIGHTS = {460, 240, 240};
    private static final int AXIS_WIDTH = 90;
    /** More names than this do not fit in one line; and more than the second number nowhere. */
    private static final int LEGEND_LINE_MAX = 12;

    private static final int LEGEND_MAX = 24;

    private static final String SVG_NAMESPACE = "http://www.w3.org/2000/svg";

    private final String title;
    private final List<XYChart> panels;

    private Plot(String title, List<XYChart> panels) {
        this.title = title;
        this.panels = panels;
    }

    static Plot of(Conditions conditions, ScenarioResult result) {
        // No window will ever open, and there may be no display to open one on.
        System.setProperty("java.awt.headless", "true");
        TimeSeries series = result.series();
        double[] seconds = values(series, series::seconds);
        // XChart puts its ticks at crooked numbers when all values are equally spaced.
        seconds[0] /= 2;
        double endSeconds = result.scenario().duration().toNanos() / 1e9;
        XYChart rates = panel(0, conditions.title(), "rate in Mbit/s", endSeconds);
        List<String> names = conditions.flowNames();
        for (int i = 0; i < series.flows(); i++) {
            int flow = i;
            add(rates, names.get(i), seconds, values(series, sample -> series.rateMbit(flow, sample)));
        }
        rates.getStyler().setLegendVisible(series.flows() <= LEGEND_MAX);
        rates.getStyler().setLegendPosition(LegendPosition.OutsideE);
        if (series.flows() <= LEGEND_LINE_MAX) {
            rates.getStyler().setLegendPosition(LegendPosition.OutsideS).setLegendLayout(LegendLayout.Horizontal);
        }
        XYChart queue = panel(1, "", "queue in KiB", endSeconds);
        add(queue, "queue", seconds, values(series, sample -> series.queueBytes(sample) / 1_024.0));
        XYChart losses = panel(2, "", "datagrams lost in " + describe(series), endSeconds);
        add(losses, "lost", seconds, values(series, series::packetsLost));
        return new Plot(conditions.title(), List.of(rates, queue, losses));
    }

    /** As PNG or SVG, by the file's name. */
    void write(Path file) throws IOException {
        if (file.toString().toLowerCase(Locale.ROOT).endsWith(SVG)) {
            writeSvg(file);
        } else {
            writePng(file);
        }
    }

    private void writePng(Path file) throws IOException {
        BufferedImage image = new BufferedImage(WIDTH, height(), BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        paint(graphics);
        graphics.dispose();
        if (!ImageIO.write(image, "png", file.toFile())) {
            throw new IOException("this JDK cannot write PNG files");
        }
    }

    private void writeSvg(Path file) throws IOException {
        Document document;
        try {
            document = DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .getDOMImplementation()
                    .createDocument(SVG_NAMESPACE, "svg", null);
        } catch (ParserConfigurationException e) {
            throw new IOException("this JDK has no XML parser: " + e.getMessage(), e);
        }
        SVGGraphics2D graphics = new SVGGraphics2D(document);
        graphics.setSVGCanvasSize(new Dimension(WIDTH, height()));
        paint(graphics);
        Element root = graphics.getRoot(document.getDocumentElement());
        root.setAttribute("viewBox", "0 0 " + WIDTH + ' ' + height());
        // Letters are drawn as shapes, so that they look the same everywhere; this is what readers and searches find.
        describe(document, root, "desc", texts());
        describe(document, root, "title", title);
        try (OutputStream out = Files.newOutputStream(file)) {
            TransformerFactory.newInstance().newTransformer().transform(new DOMSource(document), new StreamResult(out));
        } catch (TransformerException e) {
            throw new IOException("this JDK cannot write XML: " + e.getMessage(), e);
        }
    }

    private static void describe(Document document, Element root, String name, String text) {
        Element element = document.createElementNS(SVG_NAMESPACE, name);
        element.setTextContent(text);
        root.insertBefore(element, root.getFirstChild());
    }

    private String texts() {
        StringBuilder text = new StringBuilder();
        for (XYChart panel : panels) {
            text.append(panel.getYAxisTitle())
                    .append(" over ")
                    .append(panel.getXAxisTitle())
                    .append(": ");
            text.append(String.join(
                            ", ",
                            panel.getSeriesCollection().stream()
                                    .map(XYSeries::getName)
                                    .toList()))
                    .append(". ");
        }
        return text.toString().strip();
    }

    private void paint(Graphics2D graphics) {
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, WIDTH, height());
        for (int i = 0; i < panels.size(); i++) {
            panels.get(i).paint(graphics, WIDTH, HEIGHTS[i]);
            graphics.translate(0, HEIGHTS[i]);
        }
    }

    private static int height() {
        int height = 0;
        for (int panel : HEIGHTS) {
            height += panel;
        }
        return height;
    }

    private static XYChart panel(int index, String title, String axis, double endSeconds) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHTS[index])
                .title(title)
                .xAxisTitle("time in s")
                .yAxisTitle(axis)
                .build();
        chart.getStyler().setDefaultSeriesRenderStyle(XYSeriesRenderStyle.Line);
        chart.getStyler()
                .setXAxisMin(0.0)
                .setXAxisMax(endSeconds)
                .setYAxisMin(0.0)
                .setXAxisDecimalPattern("0.###")
                .setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 15))
                .setChartTitleVisible(!title.isEmpty())
                .setLegendPosition(LegendPosition.InsideNE)
                .setChartBackgroundColor(Color.WHITE)
                .setYAxisLeftWidthHint(AXIS_WIDTH)
                .setLocale(Locale.ROOT);
        return chart;
    }

    private static void add(XYChart chart, String name, double[] seconds, double[] values) {
        XYSeries series = chart.addSeries(name, seconds, values);
        series.setMarker(SeriesMarkers.NONE);
        series.setLineWidth(1.5f);
    }

    /** The first sample twice, because it tells of an interval and not of a moment. */
    private static double[] values(TimeSeries series, IntToDoubleFunction value) {
        double[] values = new double[series.count() + 1];
        for (int i = 0; i < values.length; i++) {
            values[i] = value.applyAsDouble(Math.max(0, i - 1));
        }
        return values;
    }

    private static String describe(TimeSeries series) {
        return Units.describeTime(series.interval());
    }
}
