import java.util.LinkedHashMap;

/** A Map that keeps its order: keys and values are converted to their types. */
final class ApexMap extends LinkedHashMap<Object, Object> {
    final String key;
    final String of;

    ApexMap(String key, String of) {
        this.key = key;
        this.of = of;
    }

    Object take(Object name, Object value) {
        return put(Values.convert(name, key), Values.convert(value, of));
    }
}
