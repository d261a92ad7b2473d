import java.util.LinkedHashSet;

/** A Set that keeps its order: what is added is converted to the type of its elements. */
final class ApexSet extends LinkedHashSet<Object> {
    final String of;

    ApexSet(String of) {
        this.of = of;
    }

    boolean take(Object value) {
        return add(Values.convert(value, of));
    }
}
