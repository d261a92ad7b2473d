import java.util.HashMap;
import java.util.Map;

/** An object of the platform that has fields and no behaviour of its own, or a name of the platform. */
final class Plain {
    final String type;
    final Map<String, Object> fields = new HashMap<>();

    Plain(String type, Object... pairs) {
        this.type = type;
        for (int at = 0; at < pairs.length; at += 2) {
            fields.put((String) pairs[at], pairs[at + 1]);
        }
    }

    Object get(String name) {
        return fields.get(name);
    }

    Object put(String name, Object value) {
        fields.put(name, value);
        return null;
    }
}
