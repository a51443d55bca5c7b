package io.parcelnode.node.get;

import io.parcelnode.node.cli.Addresses;
import io.parcelnode.node.cli.Messages;
import io.parcelnode.node.path.PathChannel;
import io.parcelnode.node.path.TcpPath;
import io.parcelnode.node.path.Transport;
import io.parcelnode.node.path.UdtPath;
import io.parcelnode.udt.CloseReason;
import io.parcelnode.udt.UdtOptions;
import io.parcelnode.udt.nio.UdtChannel;
import io.parcelnode.udt.nio.UdtConnectException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Connects to one address over the transport of the user's choice; left the choice, over UDT, and over TCP if that gets no
 * answer for a while or has been found to bring more. Thread-safe, but for connecting, which one thread does.
 */
final class PathConnector {
    /** A lost first packet or two are no reason to give up UDP. */
    private static final Duration HEAD_START = Duration.ofSeconds(3);
    /** Where it has failed before it need not be waited for as long. */
    private static final Duration HEAD_START_AGAIN = Duration.ofSeconds(1);

    private static final Duration GRACE = Duration.ofMillis(200);

    private final TransportChoice choice;
    // Guarded by this.
    private Transport first;
    private boolean silent;
    private String reason;
    private PathChannel prepared;

    PathConnector(TransportChoice choice) {
        this.choice = choice;
        first = choice == TransportChoice.TCP ? Transport.TCP : Transport.UDT;
        reason = choice == TransportChoice.TCP ? "as --transport says" : null;
    }

    boolean isChoosing() {
        return choice == TransportChoice.AUTO;
    }

    /** Why it is over TCP, or again over UDT, that the last connection was made; null for no reason. */
    synchronized String reason() {
        return reason;
    }

    /** The next connection is this one; those after it go over the same transport, if they can. */
    synchronized void goOnWith(PathChannel channel, String why) {
        dropPreparedUnless(false);
        prepared = channel;
        prefer(channel.transport(), why);
    }

    synchronized void prefer(Transport transport, String why) {
        first = transport;
        silent = false;
        reason = why;
    }

    /**
     * What answers over TCP may be somebody else: UDP is next.
     *
     * @return the failure, saying also why it was TCP
     */
    synchronized IOException onHandshakeBroken(Transport transport, IOException cause) {
        if (!isChoosing() || transport != Transport.TCP) {
            return cause;
        }
        String text = "over TCP" + (reason == null ? "" : " (" + reason + ")") + ": " + Messages.of(cause);
        prefer(Transport.UDT, text);
        return new IOException(text, cause);
    }

    /** It is not needed after all. */
    synchronized void dropPreparedUnless(boolean needed) {
        if (prepared != null && !needed) {
            prepared.abort();
            prepared = null;
        }
    }

    /** What {@link #goOnWith} was given, once; null for nothing, or if it has ended meanwhile. */
    synchronized PathChannel takePrepared() {
        PathChannel taken = prepared;
        prepared = null;
        return taken != null && taken.isOpen() ? taken : null;
    }

    /** @param udt with the time that connecting may take, over whichever transport */
    PathChannel connect(InetSocketAddress address, UdtOptions udt) throws IOException {
        Transport preferred;
        Duration headStart;
        synchronized (this) {
            preferred = first;
            headStart = silent ? HEAD_START_AGAIN : HEAD_START;
        }
        if (!isChoosing()) {
            return open(preferred, address, udt);
        }
        Duration half = udt.connectTimeout().dividedBy(2);
        return new Race(address, udt, preferred, headStart.compareTo(half) < 0 ? headStart : half).run();
    }

    /** Over this one, whatever the choice is. */
    static PathChannel open(Transport transport, InetSocketAddress address, UdtOptions udt) throws IOException {
        return transport == Transport.UDT
                ? new UdtPath(UdtChannel.connect(address, udt))
                : TcpPath.connect(address, udt.connectTimeout(), udt.peerTimeout());
    }

    private synchronized void onWon(Transport preferred, Transport winner, String why) {
        if (winner == preferred) {
            if (winner == Transport.UDT && silent) {
                prefer(winner, "UDP answers again");
            }
            return;
        }
        if (winner == Transport.TCP) {
            silent = true; // UDP is asked first again, but not waited for as long.
            reason = why;
        } else {
            prefer(winner, why);
        }
    }

    /** One transport after the other, until one of them is connected. */
    private final class Race {
        private final InetSocketAddress address;
        private final UdtOptions udt;
        private final Transport preferred;
        private final Duration headStart;
        private final BlockingQueue<Runner> arrived = new LinkedBlockingQueue<>();
        private final Runner one;
        private final Runner other;

        Race(InetSocketAddress address, UdtOptions udt, Transport preferred, Duration headStart) {
            this.address = address;
            this.udt = udt;
            this.preferred = preferred;
            this.headStart = headStart;
            one = new Runner(preferred);
            other = new Runner(preferred.other());
        }

        PathChannel run() throws IOException {
            long startNs = System.nanoTime();
            Runner winner = null;
            try {
                one.start();
                Runner early = arrived.poll(headStart.toNanos(), TimeUnit.NANOSECONDS);
                if (early != null && (early.channel != null || early.isRefused())) {
                    winner = early;
                    return early.result();
                }
                other.start();
                int left = early == null ? 2 : 1;
                for (; left > 0; left--) {
                    Runner next = arrived.poll(leftNs(startNs), TimeUnit.NANOSECONDS);
                    if (next == null) {
                        break;
                    }
                    if (next.channel != null) {
                        winner = next;
                        onWon(preferred, next.transport, whyNot(early));
                        return next.channel;
                    }
                }
                throw bothFailed();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ClosedByInterruptException();
            } finally {
                one.endUnless(winner);
                other.endUnless(winner);
            }
        }

        /** The first transport keeps to the time itself, and has the better words when it is over. */
        private long leftNs(long startNs) {
            long mostNs = udt.connectTimeout().plus(GRACE).toNanos();
            return Math.max(0, startNs + mostNs - System.nanoTime());
        }

        private String whyNot(Runner early) {
            return early != null
                    ? preferred.protocol() + ": " + Messages.of(early.failure)
                    : String.format(
                            Locale.ROOT,
                            "no answer over %s within %.1f s",
                            preferred.protocol(),
                            headStart.toMillis() / 1e3);
        }

        private IOException bothFailed() {
            IOException udp = one.transport == Transport.UDT ? one.failure : other.failure;
            IOException tcp = one.transport == Transport.UDT ? other.failure : one.failure;
            if (udp instanceof UdtConnectException answered && answered.reason() != CloseReason.CONNECT_TIMEOUT) {
                return udp; // Somebody is there.
            }
            // On a busy machine the time may be over here before it is there.
            String late = "no answer over UDP from " + Addresses.text(address) + " within "
                    + udt.connectTimeout().toMillis() / 1e3 + " s";
            String text = (udp == null ? late : Messages.of(udp)) + "; over TCP: "
                    + (tcp == null ? "no answer" : Messages.of(tcp));
            return new IOException(text, udp);
        }

        /** Connects over one transport, in a thread of its own. */
        private final class Runner {
            private final Transport transport;
            private final Thread thread;
            // Guarded by this until it has arrived.
            private PathChannel channel;
            private IOException failure;
            private boolean ended;

            Runner(Transport transport) {
                this.transport = transport;
                thread = new Thread(this::connect, "connect-" + transport.word());
                thread.setDaemon(true);
            }

            void start() {
                thread.start();
            }

            private void connect() {
                PathChannel made = null;
                IOException failed = null;
                try {
                    made = open(transport, address, udt);
                } catch (IOException e) {
                    failed = e;
                } catch (RuntimeException e) {
                    failed = new IOException("cannot connect: " + e, e);
                }
                synchronized (this) {
                    if (ended && made != null) {
                        made.abort();
                        return;
                    }
                    channel = made;
                    failure = failed;
                }
                arrived.add(this);
            }

            /** The server has said that it has no time: over the other transport it would say the same. */
            boolean isRefused() {
                return failure instanceof UdtConnectException connect && connect.reason() == CloseReason.REFUSED;
            }

            PathChannel result() throws IOException {
                if (failure != null) {
                    throw failure;
                }
                return channel;
            }

            void endUnless(Runner winner) {
                if (this == winner) {
                    return;
                }
                thread.interrupt();
                synchronized (this) {
                    ended = true;
                    if (channel != null) {
                        channel.abort();
                    }
                }
            }
        }
    }
}
