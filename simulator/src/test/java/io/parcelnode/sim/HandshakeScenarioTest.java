package io.parcelnode.sim;

import static io.parcelnode.sim.Packets.drop;
import static io.parcelnode.sim.Packets.isControl;
import static io.parcelnode.sim.Packets.isHandshake;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.udt.CloseReason;
import io.parcelnode.udt.UdtOptions;
import io.parcelnode.udt.wire.ControlHeader;
import io.parcelnode.udt.wire.DataHeader;
import io.parcelnode.udt.wire.HandshakeBody;
import io.parcelnode.udt.wire.PacketHeader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Who may connect, and what each side does until the other one is there. */
class HandshakeScenarioTest {
    private static final int BODY = PacketHeader.LENGTH;

    /** A libudt listener forgets its cookies each full minute, so silence after a cookie asks for a fresh one. */
    @Test
    void aCookieThatIsNotAnsweredIsReplaced() {
        TestPath path =
                new TestPath(UdtOptions.DEFAULT.withExtension(false).withConnectTimeout(Duration.ofSeconds(30)));
        drop(
                path.there,
                (nowNs, index, packet, length) -> nowNs < 5_000_000_000L
                        && isHandshake(HandshakeBody.RESPONSE).drops(nowNs, index, packet, length));
        path.runUntil(path.flow::isConnected, Duration.ofSeconds(6));
        List<TestPath.Said> said = TestPath.control(path.clientSaid, ControlHeader.HANDSHAKE);
        int inARow = 0;
        for (TestPath.Said one : said) {
            boolean withCookie = HandshakeBody.requestType(one.packet(), BODY) == HandshakeBody.RESPONSE;
            inARow = withCookie ? inARow + 1 : 0;
            assertTrue(inARow <= 4, path.sim::describe);
        }
    }

    @Test
    void anotherSocketTypeIsRefused() {
        TestPath path = spoiling(packet -> HandshakeBody.socketType(packet, BODY, 2));
        assertEquals(CloseReason.REFUSED, path.client.closeReason(), path.sim::describe);
    }

    @Test
    void anotherVersionIsRefused() {
        TestPath path = spoiling(packet -> HandshakeBody.version(packet, BODY, 3));
        assertEquals(CloseReason.REFUSED, path.client.closeReason(), path.sim::describe);
    }

    @Test
    void aGuessedCookieIsNotAnswered() {
        TestPath path = spoiling(packet -> HandshakeBody.cookie(packet, BODY, 12_345));
        assertEquals(CloseReason.CONNECT_TIMEOUT, path.client.closeReason(), path.sim::describe);
    }

    @Test
    void bothDirectionsCountFromTheClientsSequenceNumber() {
        TestPath path = new TestPath();
        path.client.send(10_000);
        path.server.send(10_000);
        path.completeWithin(Duration.ofSeconds(2));
        for (List<TestPath.Said> said : List.of(path.clientSaid, path.serverSaid)) {
            TestPath.Said first = TestPath.data(said).get(0);
            assertEquals(TestPath.FIRST_SEQUENCE, DataHeader.sequence(first.packet(), 0));
        }
    }

    /** A libudt client that hears data before the handshake's end never connects. */
    @Test
    void aServerThatSpeaksFirstWaitsForASilentClient() {
        TestPath path = new TestPath();
        path.server.send(1_000);
        path.completeWithin(Duration.ofSeconds(2));
        long waitedNs = TestPath.data(path.serverSaid).get(0).atNs() - path.server.connectedNs();
        assertTrue(waitedNs >= 390_000_000 && waitedNs <= 410_000_000, waitedNs + " ns\n" + path.sim.describe());
    }

    @Test
    void aServerThatSpeaksFirstStartsOnceItHearsTheClient() {
        TestPath path = new TestPath();
        path.client.send(1_000);
        path.server.send(1_000);
        path.completeWithin(Duration.ofSeconds(2));
        long waitedNs = TestPath.data(path.serverSaid).get(0).atNs() - path.server.connectedNs();
        assertTrue(waitedNs <= 60_000_000, waitedNs + " ns\n" + path.sim.describe());
    }

    @Test
    void aLateChallengeAndALateAnswerChangeNothing() {
        TestPath path = new TestPath();
        List<byte[]> answers = record(path.back);
        path.connected();
        assertEquals(2, answers.size());
        path.client.send(1 << 20);
        for (byte[] answer : List.copyOf(answers)) {
            path.server.route().inject(new UnsafeBuffer(answer), 0, answer.length);
            path.sim.runFor(Duration.ofMillis(30));
        }
        path.completeWithin(Duration.ofSeconds(5));
        assertEquals(0, path.client.stats().packetsRetransmitted(), path.sim::describe);
    }

    @Test
    void aRepeatedRequestFindsTheSameConnection() {
        TestPath path = new TestPath();
        List<byte[]> requests = record(path.there);
        path.connected();
        int socketId = path.server.socketId();
        List<byte[]> answers = record(path.back);
        byte[] request = requests.get(1);
        path.client.route().inject(new UnsafeBuffer(request), 0, request.length);
        path.sim.runFor(Duration.ofMillis(100));
        assertEquals(1, answers.size(), path.sim::describe);
        UnsafeBuffer answer = new UnsafeBuffer(answers.get(0));
        assertEquals(HandshakeBody.RESPONSE, HandshakeBody.requestType(answer, BODY));
        assertEquals(socketId, HandshakeBody.socketId(answer, BODY));
        assertEquals(TestPath.FIRST_SEQUENCE, HandshakeBody.initialSequence(answer, BODY));
    }

    private interface Spoiler {
        void spoil(MutableDirectBuffer handshake);
    }

    /** A client whose requests with a cookie are changed; runs until it gives up. */
    private static TestPath spoiling(Spoiler spoiler) {
        TestPath path = new TestPath();
        path.client.tap(new EndTap() {
            @Override
            public int onSend(long nowNs, MutableDirectBuffer packet, int length) {
                if (isHandshake(HandshakeBody.RESPONSE).drops(nowNs, 0, packet, length)) {
                    spoiler.spoil(packet);
                }
                return length;
            }
        });
        path.runUntil(path.client::isClosed, Duration.ofSeconds(5));
        return path;
    }

    /** Copies of the handshake packets that enter the link from now on. */
    private static List<byte[]> record(Link link) {
        List<byte[]> recorded = new ArrayList<>();
        drop(link, (nowNs, index, packet, length) -> {
            if (isControl(packet, ControlHeader.HANDSHAKE)) {
                byte[] copy = new byte[length];
                packet.getBytes(0, copy);
                recorded.add(copy);
            }
            return false;
        });
        return recorded;
    }
}
