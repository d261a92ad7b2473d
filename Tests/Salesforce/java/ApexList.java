import java.util.ArrayList;

/** A List: what is added is converted to the type of its elements. */
final class ApexList extends ArrayList<Object> {
    final String of;

    ApexList(String of) {
        this.of = of;
    }

    Object take(Object value) {
        add(Values.convert(value, of));
        return null;
    }

    Object at(int index) {
        if (index < 0 || index >= size()) {
            throw ApexException.of("listexception", "List index out of bounds: " + index);
        }
        return get(index);
    }
}
