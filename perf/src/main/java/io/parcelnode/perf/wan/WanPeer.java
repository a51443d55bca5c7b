package io.parcelnode.perf.wan;

import io.parcelnode.perf.PeerFailedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A program, or a pair of them, that can carry a file over the link. */
interface WanPeer {
    String PARCEL_BBR = "parcel-bbr";
    String PARCEL_DAIMD = "parcel-daimd";
    String PARCEL_AUTO = "parcel-auto";
    String LIBUDT = "libudt";
    String SRT = "srt";
    String TCP_CUBIC = "tcp-cubic";
    String TCP_BBR = "tcp-bbr";

    List<String> NAMES = List.of(PARCEL_BBR, PARCEL_DAIMD, PARCEL_AUTO, LIBUDT, SRT, TCP_CUBIC, TCP_BBR);

    /** Where the one server of a fresh namespace listens. */
    int PORT = 9000;

    /** @param jar the executable jar of parcel-node */
    static WanPeer named(String name, Path jar) {
        return switch (name) {
            case PARCEL_BBR -> new ParcelPeer("bbr", "udt", jar);
            case PARCEL_DAIMD -> new ParcelPeer("daimd", "udt", jar);
            case PARCEL_AUTO -> new ParcelPeer("bbr", "auto", jar);
            case LIBUDT -> new UdtPeer();
            case SRT -> new SrtPeer();
            case TCP_CUBIC -> new IperfPeer("cubic");
            case TCP_BBR -> new IperfPeer("bbr");
            default -> throw new IllegalArgumentException("peer \"" + name + "\" is none of " + NAMES);
        };
    }

    /** The buffers and versions that the figures hold for, in words. */
    String settings(WanCell cell);

    /** File bytes in a full datagram of 1500 bytes, headers of the transport taken off. */
    int payloadBytes();

    /** Fails when the peer is not installed. */
    WanTransfer begin(TransferContext context) throws IOException, PeerFailedException, InterruptedException;
}
