package io.parcelnode.sim;

import java.util.ArrayList;
import java.util.List;

/** One connection: a client, a server that listens for it alone, and the routes between them. */
public final class SimulatedFlow {
    private final int number;
    private final FlowEnd client;
    private final FlowEnd server;
    private final List<Link> links;

    SimulatedFlow(Simulation sim, int number, FlowOptions options, List<Link> there, List<Link> back) {
        this.number = number;
        links = new ArrayList<>(there);
        links.addAll(back);
        String name = "flow " + number;
        ByteStream upload = sim.stream();
        ByteStream download = sim.stream();
        client = new FlowEnd(sim, name + " client", upload, download);
        server = new FlowEnd(sim, name + " server", download, upload);
        client.sendsAlong(sim.route(there, server, upload));
        server.sendsAlong(sim.route(back, client, download));
        server.listen(options.server(), sim.random(name + " server"));
        client.connect(
                number,
                options.client(),
                options.clientRandom() == null ? sim.random(name + " client") : options.clientRandom(),
                options.startDelay());
    }

    public FlowEnd client() {
        return client;
    }

    public FlowEnd server() {
        return server;
    }

    /** Those of both directions. */
    public List<Link> links() {
        return List.copyOf(links);
    }

    /** Everything that either side was told to send has been read and checked on the other. */
    public boolean isComplete() {
        return client.bytesRead() == server.bytesToSend() && server.bytesRead() == client.bytesToSend();
    }

    public boolean isConnected() {
        return client.isConnected() && server.isConnected();
    }

    public boolean isClosed() {
        return client.isClosed() && server.isClosed();
    }

    @Override
    public String toString() {
        return "flow " + number + "\n  client " + client + "\n  server " + server;
    }
}
