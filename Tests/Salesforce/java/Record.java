import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** A record in memory: fields by name without regard to case. */
final class Record {
    final String type;
    final Map<String, Object> fields = new LinkedHashMap<>();
    /** What a query asked for; null if the record was made and not queried. */
    Set<String> queried;

    Record(String type) {
        this.type = type;
    }

    Object get(String name) {
        Store.typeOf(type, name);
        Object value = fields.get(name);
        if (queried != null && !queried.contains(name) && value == null) {
            throw ApexException.of("sobjectexception", "SObject row was retrieved via SOQL without querying the requested field: " + type + "." + name);
        }
        // A checkbox that nobody has set is null or false, depending on how the record came to be: the tests run with both.
        return value == null && Platform.emptyIsFalse && Store.typeOf(type, name).equals("boolean") ? Boolean.FALSE : value;
    }

    Object set(String name, Object value) {
        Object converted = Values.convert(value, Store.typeOf(type, name));
        fields.put(name, converted);
        return converted;
    }

    Record copy() {
        Record made = new Record(type);
        made.fields.putAll(fields);
        made.queried = queried;
        return made;
    }
}
