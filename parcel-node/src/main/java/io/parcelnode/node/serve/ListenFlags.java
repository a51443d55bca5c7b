package io.parcelnode.node.serve;

import io.parcelnode.node.cli.Addresses;
import io.parcelnode.node.cli.CommandException;
import io.parcelnode.node.cli.ExitCode;
import io.parcelnode.node.cli.FlagRange;
import io.parcelnode.node.cli.Messages;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import picocli.CommandLine.Option;

/** The flags of {@code serve} about where it listens. */
final class ListenFlags {
    @Option(
            names = {"-i", "--host"},
            paramLabel = "ADDR",
            defaultValue = "0.0.0.0",
            description = "Address to listen on (default: ${DEFAULT-VALUE}).")
    private String host;

    @Option(
            names = {"-p", "--port"},
            paramLabel = "N",
            defaultValue = "9000",
            description = "UDP port to listen on, and TCP port for clients that UDP does not reach; 0 takes a free one"
                    + " (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(names = "--no-tcp", description = "Accept no clients over TCP.")
    private boolean noTcp;

    boolean acceptsTcp() {
        return !noTcp;
    }

    InetSocketAddress address() throws CommandException {
        FlagRange.require("--port", port, 0, 65_535);
        try {
            return new InetSocketAddress(InetAddress.getByName(Addresses.withoutBrackets(host)), port);
        } catch (UnknownHostException | UnresolvedAddressException e) {
            throw notOurs(e);
        }
    }

    /** Finds the fault that binding would, but for a port in use. */
    void check() throws CommandException {
        if (!Addresses.isOfThisMachine(address().getAddress())) {
            throw notOurs(null);
        }
    }

    CommandException refused(InetSocketAddress address, BindException e) {
        if (!Addresses.isOfThisMachine(address.getAddress())) {
            return notOurs(e);
        }
        return new CommandException(
                ExitCode.ADDRESS_IN_USE,
                "cannot listen on " + Addresses.text(address)
                        + (e instanceof Ports.TcpInUseException
                                ? " (TCP): " + Messages.of(e)
                                        + "; stop the other program, choose another address with -i and -p, or do"
                                        + " without clients over TCP with --no-tcp"
                                : " (UDP): " + Messages.of(e)
                                        + "; stop the other program or choose another address with -i and -p"),
                e);
    }

    private CommandException notOurs(Exception cause) {
        return new CommandException(ExitCode.USAGE, "--host " + host + " is not an address of this machine", cause);
    }
}
