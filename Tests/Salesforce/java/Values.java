import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/** Conversions, comparisons and arithmetic as Apex has them. */
final class Values {
    private Values() {}

    /** A value where a type is declared. What does not fit would not compile in Salesforce: that is an error of this runtime. */
    static Object convert(Object value, String type) {
        if (value == null || type.equals("object") || type.equals("void")) {
            return value;
        }
        switch (type) {
            case "string":
                if (value instanceof Id) {
                    return ((Id) value).text;
                }
                return expect(value, value instanceof String, type);
            case "id":
                return value instanceof String ? Id.of((String) value) : expect(value, value instanceof Id, type);
            case "boolean":
                return expect(value, value instanceof Boolean, type);
            case "integer":
                return expect(value, value instanceof Integer, type);
            case "long":
                return value instanceof Integer ? Long.valueOf((Integer) value) : expect(value, value instanceof Long, type);
            case "decimal":
                if (value instanceof Integer || value instanceof Long) {
                    return BigDecimal.valueOf(((Number) value).longValue());
                }
                return expect(value, value instanceof BigDecimal, type);
            case "blob":
                return expect(value, value instanceof Blob, type);
            case "datetime":
                return expect(value, value instanceof Moment, type);
            case "date":
                return expect(value, value instanceof java.time.LocalDate, type);
            default:
                return convertOther(value, type);
        }
    }

    private static Object convertOther(Object value, String type) {
        if (type.startsWith("list<")) {
            return expect(value, value instanceof ApexList, type);
        }
        if (type.startsWith("set<")) {
            return expect(value, value instanceof ApexSet, type);
        }
        if (type.startsWith("map<")) {
            return expect(value, value instanceof ApexMap, type);
        }
        if (type.equals("sobject") || Store.isObject(type)) {
            if (value instanceof ApexList) {
                return onlyRow((ApexList) value, type);
            }
            return expect(value, value instanceof Record && (type.equals("sobject") || ((Record) value).type.equals(type)), type);
        }
        if (value instanceof ApexObject) {
            return expect(value, ((ApexObject) value).isA(type), type);
        }
        if (value instanceof ApexException) {
            return expect(value, ((ApexException) value).isA(type), type);
        }
        return expect(value, value instanceof Plain && type.endsWith(((Plain) value).type), type);
    }

    private static Object expect(Object value, boolean fits, String type) {
        if (!fits) {
            throw new Unknown(value.getClass().getSimpleName() + " where " + type + " is declared");
        }
        return value;
    }

    private static Object onlyRow(ApexList rows, String type) {
        if (rows.isEmpty()) {
            throw ApexException.of("queryexception", "List has no rows for assignment to SObject");
        }
        if (rows.size() > 1) {
            throw ApexException.of("queryexception", "List has more than 1 row for assignment to SObject");
        }
        return convert(rows.get(0), type);
    }

    static Object cast(Object value, String type) {
        boolean fits = value == null || type.equals("object")
            || type.equals("string") && value instanceof String || type.startsWith("list<") && value instanceof ApexList
            || type.startsWith("map<") && value instanceof ApexMap || type.equals("boolean") && value instanceof Boolean
            || type.equals("integer") && value instanceof Integer;
        if (!fits) {
            throw ApexException.of("typeexception", "Invalid conversion from runtime type to " + type);
        }
        return value;
    }

    static boolean truth(Object value) {
        if (value == null) {
            throw ApexException.nullReference();
        }
        return (Boolean) value;
    }

    static Object not(Object value) {
        return !truth(value);
    }

    static Object negative(Object value) {
        return compute("-", Integer.valueOf(0), value);
    }

    static void drop(Object value) {}

    /** `==`: texts without regard to case, ids by their first 15 characters, numbers by value. */
    static boolean same(Object left, Object right) {
        if (left == null || right == null) {
            return left == right;
        }
        if (left instanceof Id && right instanceof String || left instanceof String && right instanceof Id) {
            return Id.of(left.toString()).equals(Id.of(right.toString()));
        }
        if (left instanceof String && right instanceof String) {
            return ((String) left).equalsIgnoreCase((String) right);
        }
        return exact(left, right);
    }

    /** As System.assertEquals compares: texts with their case. */
    static boolean exact(Object left, Object right) {
        if (left == null || right == null) {
            return left == right;
        }
        if (left instanceof Number && right instanceof Number) {
            return decimal(left).compareTo(decimal(right)) == 0;
        }
        if (left instanceof Id && right instanceof String || left instanceof String && right instanceof Id) {
            return Id.of(left.toString()).equals(Id.of(right.toString()));
        }
        return left.equals(right);
    }

    private static BigDecimal decimal(Object value) {
        return value instanceof BigDecimal ? (BigDecimal) value : BigDecimal.valueOf(((Number) value).longValue());
    }

    /** Integers overflow at 32 bits and longs at 64, as in Apex; a wider operand widens the result. */
    static Object compute(String operator, Object left, Object right) {
        if (operator.equals("+") && (left instanceof String || right instanceof String)) {
            return text(left, "null") + text(right, "null");
        }
        if (left == null || right == null) {
            throw ApexException.nullReference();
        }
        if (!(left instanceof Number && right instanceof Number)) {
            throw new Unknown(operator + " of " + left.getClass().getSimpleName() + " and " + right.getClass().getSimpleName());
        }
        if (operator.startsWith("<") || operator.startsWith(">")) {
            int order = decimal(left).compareTo(decimal(right));
            return operator.charAt(0) == '<' ? order < 0 || order == 0 && operator.length() == 2 : order > 0 || order == 0 && operator.length() == 2;
        }
        if (operator.equals("/") && decimal(right).signum() == 0) {
            throw ApexException.of("mathexception", "Divide by 0");
        }
        if (left instanceof Integer && right instanceof Integer) {
            int a = (Integer) left;
            int b = (Integer) right;
            return operator.equals("+") ? a + b : operator.equals("-") ? a - b : operator.equals("*") ? a * b : a / b;
        }
        if (left instanceof BigDecimal || right instanceof BigDecimal) {
            BigDecimal a = decimal(left);
            BigDecimal b = decimal(right);
            return operator.equals("+") ? a.add(b) : operator.equals("-") ? a.subtract(b) : operator.equals("*") ? a.multiply(b) : a.divide(b, MathContext.DECIMAL64);
        }
        long a = ((Number) left).longValue();
        long b = ((Number) right).longValue();
        return operator.equals("+") ? a + b : operator.equals("-") ? a - b : operator.equals("*") ? a * b : a / b;
    }

    /** String.valueOf. */
    static String text(Object value, String ofNull) {
        if (value == null) {
            return ofNull;
        }
        if (value instanceof BigDecimal) {
            return ((BigDecimal) value).toPlainString();
        }
        if (value instanceof ApexList || value instanceof ApexSet) {
            List<String> parts = new ArrayList<>();
            for (Object one : (Collection<?>) value) {
                parts.add(text(one, "null"));
            }
            String inside = String.join(", ", parts);
            return value instanceof ApexList ? "(" + inside + ")" : "{" + inside + "}";
        }
        if (value instanceof Plain && ((Plain) value).get("name") != null) {
            return (String) ((Plain) value).get("name");
        }
        if (value instanceof String || value instanceof Id || value instanceof Integer || value instanceof Long || value instanceof Boolean) {
            return value.toString();
        }
        throw new Unknown("the text of " + value.getClass().getSimpleName());
    }

    static List<Object> each(Object value) {
        if (value == null) {
            throw ApexException.nullReference();
        }
        return new ArrayList<>((Collection<?>) value);
    }

    static Object at(Object list, Object index) {
        if (list == null || index == null) {
            throw ApexException.nullReference();
        }
        return ((ApexList) list).at((Integer) index);
    }

    static Object collect(String type, Object[] values) {
        String of = type.substring(type.indexOf('<') + 1, type.length() - 1);
        if (type.startsWith("list<")) {
            ApexList made = new ApexList(of);
            Arrays.asList(values).forEach(made::take);
            return made;
        }
        ApexSet made = new ApexSet(of);
        Arrays.asList(values).forEach(made::take);
        return made;
    }

    static Object get(Object owner, String name) {
        if (owner == null) {
            throw ApexException.nullReference();
        }
        if (owner instanceof Record) {
            return ((Record) owner).get(name);
        }
        if (owner instanceof ApexObject) {
            return ((ApexObject) owner).get(name);
        }
        throw new Unknown("field " + name + " of " + owner.getClass().getSimpleName());
    }

    static Object set(Object owner, String name, Object value) {
        if (owner == null) {
            throw ApexException.nullReference();
        }
        return owner instanceof Record ? ((Record) owner).set(name, value) : ((ApexObject) owner).set(name, value);
    }

    static RuntimeException thrown(Object value) {
        return value == null ? ApexException.nullReference() : (ApexException) value;
    }
}
