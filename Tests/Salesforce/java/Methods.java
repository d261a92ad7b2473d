import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.PatternSyntaxException;

/** Methods of the platform's objects and values. */
final class Methods {
    private Methods() {}

    static Object call(Object target, String name, Object[] given) {
        if (target == null) {
            throw ApexException.nullReference();
        }
        if (target instanceof ApexObject) {
            return ((ApexObject) target).call(name, given);
        }
        if (target instanceof ApexException) {
            return ((ApexException) target).call(name, given);
        }
        String whole = name + "/" + given.length;
        if (target instanceof String) {
            return ofString((String) target, whole, given);
        }
        if (target instanceof ApexList) {
            return ofList((ApexList) target, whole, given);
        }
        if (target instanceof ApexSet) {
            return ofSet((ApexSet) target, whole, given);
        }
        if (target instanceof ApexMap) {
            return ofMap((ApexMap) target, whole, given);
        }
        if (target instanceof Plain) {
            return PlainMethods.call((Plain) target, whole, given);
        }
        if (target instanceof Moment) {
            return ofMoment((Moment) target, whole, given);
        }
        return ofOther(target, whole, given);
    }

    private static String text(Object value) {
        if (value == null) {
            throw ApexException.of("nullpointerexception", "Argument cannot be null.");
        }
        return (String) Values.convert(value, "string");
    }

    private static Object ofString(String self, String name, Object[] given) {
        switch (name) {
            case "trim/0":
                return self.trim();
            case "tolowercase/0":
                return self.toLowerCase(java.util.Locale.ROOT);
            case "endswith/1":
                return self.endsWith(text(given[0]));
            case "startswith/1":
                return self.startsWith(text(given[0]));
            case "contains/1":
                return self.contains(text(given[0]));
            case "indexof/1":
                return self.indexOf(text(given[0]));
            case "length/0":
                return self.length();
            case "left/1":
                return self.substring(0, Math.min(self.length(), Math.max(0, (Integer) given[0])));
            case "substring/1":
                return cut(self, (Integer) given[0], self.length());
            case "substring/2":
                return cut(self, (Integer) given[0], (Integer) given[1]);
            case "replace/2":
                return self.replace(text(given[0]), text(given[1]));
            case "split/1":
                return split(self, text(given[0]));
            case "repeat/1":
                return self.repeat((Integer) given[0]);
            case "compareto/1":
                return self.compareTo(text(given[0]));
            default:
                throw new Unknown("String." + name);
        }
    }

    private static String cut(String self, int from, int to) {
        if (from < 0 || to > self.length() || from > to) {
            throw ApexException.of("stringexception", "Starting position out of bounds: " + from);
        }
        return self.substring(from, to);
    }

    private static Object split(String self, String pattern) {
        try {
            return Values.collect("list<string>", (Object[]) self.split(pattern));
        } catch (PatternSyntaxException error) {
            throw ApexException.of("stringexception", "Invalid regex: " + pattern);
        }
    }

    private static Object ofList(ApexList self, String name, Object[] given) {
        switch (name) {
            case "add/1":
                return self.take(given[0]);
            case "size/0":
                return self.size();
            case "isempty/0":
                return self.isEmpty();
            case "contains/1":
                return self.contains(Values.convert(given[0], self.of));
            case "get/1":
                return self.at((Integer) given[0]);
            default:
                throw new Unknown("List." + name);
        }
    }

    private static Object ofSet(ApexSet self, String name, Object[] given) {
        switch (name) {
            case "add/1":
                return self.take(given[0]);
            case "size/0":
                return self.size();
            case "isempty/0":
                return self.isEmpty();
            case "contains/1":
                return self.contains(Values.convert(given[0], self.of));
            default:
                throw new Unknown("Set." + name);
        }
    }

    private static Object ofMap(ApexMap self, String name, Object[] given) {
        switch (name) {
            case "put/2":
                return self.take(given[0], given[1]);
            case "get/1":
                return self.get(Values.convert(given[0], self.key));
            case "containskey/1":
                return self.containsKey(Values.convert(given[0], self.key));
            case "size/0":
                return self.size();
            case "keyset/0":
                ApexSet keys = new ApexSet(self.key);
                keys.addAll(self.keySet());
                return keys;
            case "values/0":
                ApexList values = new ApexList(self.of);
                values.addAll(self.values());
                return values;
            default:
                throw new Unknown("Map." + name);
        }
    }

    private static Object ofMoment(Moment self, String name, Object[] given) {
        switch (name) {
            case "gettime/0":
                return self.milliseconds;
            case "adddays/1":
                return new Moment(self.milliseconds + 86400000L * (Integer) given[0]);
            case "formatgmt/1":
                java.text.SimpleDateFormat format = new java.text.SimpleDateFormat((String) given[0], java.util.Locale.ROOT);
                format.setTimeZone(java.util.TimeZone.getTimeZone("UTC"));
                return format.format(new java.util.Date(self.milliseconds));
            case "dategmt/0":
                return self.utc().toLocalDate();
            default:
                throw new Unknown("Datetime." + name);
        }
    }

    private static Object ofOther(Object target, String name, Object[] given) {
        if (target instanceof Id && name.equals("getsobjecttype/0")) {
            String type = Store.objectOf((Id) target);
            return new Plain("sobjecttype", "name", Character.toUpperCase(type.charAt(0)) + type.substring(1));
        }
        if (target instanceof Blob && name.equals("tostring/0")) {
            return ((Blob) target).text();
        }
        if (target instanceof BigDecimal && name.equals("intvalue/0")) {
            return ((BigDecimal) target).intValue();
        }
        if (target instanceof Record && name.equals("get/1")) {
            return ((Record) target).get(text(given[0]).toLowerCase());
        }
        throw new Unknown(target.getClass().getSimpleName() + "." + name + " of " + Arrays.toString(given));
    }
}
