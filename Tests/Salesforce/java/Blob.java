import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes. */
final class Blob {
    final byte[] bytes;

    Blob(byte[] bytes) {
        this.bytes = bytes;
    }

    static Blob of(String text) {
        return new Blob(text.getBytes(StandardCharsets.UTF_8));
    }

    String text() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Blob && Arrays.equals(((Blob) other).bytes, bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }
}
