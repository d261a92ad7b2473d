import java.math.BigDecimal;
import java.util.Collection;
import java.util.Map;

/** JSON as Apex writes and reads it: whole numbers become Integer or Long, others Decimal. */
final class Json {
    private final String source;
    private int at;

    private Json(String source) {
        this.source = source;
    }

    static Object read(String source) {
        if (source == null) {
            throw ApexException.of("nullpointerexception", "Argument cannot be null.");
        }
        Json reader = new Json(source);
        Object value = reader.value();
        if (reader.peek() != 0) {
            throw reader.bad();
        }
        return value;
    }

    private ApexException bad() {
        return ApexException.of("jsonexception", "Unexpected character at input location " + at);
    }

    private char peek() {
        while (at < source.length() && " \t\r\n".indexOf(source.charAt(at)) >= 0) {
            at++;
        }
        return at < source.length() ? source.charAt(at) : 0;
    }

    private Object value() {
        char first = peek();
        if (first == '{') {
            return object();
        }
        if (first == '[') {
            return array();
        }
        if (first == '"') {
            return text();
        }
        for (String word : new String[] {"true", "false", "null"}) {
            if (source.startsWith(word, at)) {
                at += word.length();
                return word.equals("null") ? null : Boolean.valueOf(word);
            }
        }
        return number();
    }

    private Object number() {
        java.util.regex.Matcher found = java.util.regex.Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?").matcher(source);
        if (!found.region(at, source.length()).lookingAt()) {
            throw bad();
        }
        at = found.end();
        if (found.group(2) != null || found.group(3) != null) {
            return new BigDecimal(found.group());
        }
        try {
            long whole = Long.parseLong(found.group());
            return whole == (int) whole ? (Object) (int) whole : (Object) whole;
        } catch (NumberFormatException error) {
            return new BigDecimal(found.group());
        }
    }

    private ApexMap object() {
        ApexMap made = new ApexMap("string", "object");
        at++;
        if (peek() == '}') {
            at++;
            return made;
        }
        while (true) {
            if (peek() != '"') {
                throw bad();
            }
            String name = text();
            if (peek() != ':') {
                throw bad();
            }
            at++;
            made.put(name, value());
            char next = peek();
            at++;
            if (next == '}') {
                return made;
            }
            if (next != ',') {
                throw bad();
            }
        }
    }

    private ApexList array() {
        ApexList made = new ApexList("object");
        at++;
        if (peek() == ']') {
            at++;
            return made;
        }
        while (true) {
            made.add(value());
            char next = peek();
            at++;
            if (next == ']') {
                return made;
            }
            if (next != ',') {
                throw bad();
            }
        }
    }

    private String text() {
        StringBuilder made = new StringBuilder();
        at++;
        while (at < source.length()) {
            char one = source.charAt(at++);
            if (one == '"') {
                return made.toString();
            }
            if (one < ' ') {
                throw bad();
            }
            made.append(one == '\\' ? escape() : one);
        }
        throw bad();
    }

    private char escape() {
        if (at >= source.length()) {
            throw bad();
        }
        char one = source.charAt(at++);
        if (one == 'u') {
            if (at + 4 > source.length() || !source.substring(at, at + 4).matches("[0-9a-fA-F]{4}")) {
                throw bad();
            }
            at += 4;
            return (char) Integer.parseInt(source.substring(at - 4, at), 16);
        }
        int known = "\"\\/bfnrt".indexOf(one);
        if (known < 0) {
            throw bad();
        }
        return "\"\\/\b\f\n\r\t".charAt(known);
    }

    static String write(Object value) {
        StringBuilder made = new StringBuilder();
        write(value, made);
        return made.toString();
    }

    private static void write(Object value, StringBuilder made) {
        if (value instanceof Map) {
            String between = "{";
            for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
                made.append(between);
                quote(Values.text(entry.getKey(), "null"), made);
                made.append(':');
                write(entry.getValue(), made);
                between = ",";
            }
            made.append(between.equals("{") ? "{}" : "}");
        } else if (value instanceof Collection) {
            String between = "[";
            for (Object one : (Collection<?>) value) {
                made.append(between);
                write(one, made);
                between = ",";
            }
            made.append(between.equals("[") ? "[]" : "]");
        } else if (value == null || value instanceof Number || value instanceof Boolean) {
            made.append(Values.text(value, "null"));
        } else if (value instanceof String || value instanceof Id) {
            quote(value.toString(), made);
        } else if (value instanceof ApexObject) {
            throw new Unknown("JSON of " + ((ApexObject) value).type);
        } else {
            throw new Unknown("JSON of " + value.getClass().getSimpleName());
        }
    }

    private static void quote(String text, StringBuilder made) {
        made.append('"');
        for (char one : text.toCharArray()) {
            int known = "\"\\\b\f\n\r\t".indexOf(one);
            if (known >= 0) {
                made.append('\\').append("\"\\bfnrt".charAt(known));
            } else if (one < ' ') {
                made.append(String.format("\\u%04X", (int) one));
            } else {
                made.append(one);
            }
        }
        made.append('"');
    }
}
