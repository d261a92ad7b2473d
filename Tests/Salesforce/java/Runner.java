import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.security.KeyFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Runs tests and methods of the package in one organization. */
public final class Runner implements UnaryOperator<String> {
    public Runner() {}

    @Override
    public String apply(String line) {
        ApexMap asked = (ApexMap) Json.read(line);
        ApexMap answer = new ApexMap("string", "object");
        try {
            switch ((String) asked.get("do")) {
                case "setup":
                    setUp(asked);
                    break;
                case "tests":
                    tests(asked, answer);
                    break;
                case "covered":
                    covered(answer);
                    break;
                case "call":
                    call(asked, answer);
                    break;
                default:
                    answer.put("refused", "there is no " + asked.get("do"));
            }
        } catch (ReflectiveOperationException | java.security.GeneralSecurityException error) {
            answer.put("refused", error.toString());
        }
        return Json.write(answer);
    }

    /** The names of the files, the lines that they have, and the fields of the package's objects. */
    private static void setUp(ApexMap asked) {
        ApexList files = (ApexList) asked.get("files");
        ApexList lines = (ApexList) asked.get("lines");
        Platform.files = files.toArray(new String[0]);
        Platform.covered = new boolean[files.size()][];
        for (int at = 0; at < files.size(); at++) {
            Platform.covered[at] = new boolean[(Integer) lines.get(at) + 2];
        }
        for (Object one : (ApexList) asked.get("fields")) {
            ApexList row = (ApexList) one;
            Store.Field field = new Store.Field((String) row.get(1), (String) row.get(2), (Integer) row.get(3), (String) row.get(4));
            field.isUnique = (Boolean) row.get(5);
            Store.declare((String) row.get(0), field);
        }
    }

    private static void tests(ApexMap asked, ApexMap answer) throws ReflectiveOperationException {
        Platform.emptyIsFalse = Boolean.TRUE.equals(asked.get("emptyIsFalse"));
        Platform.emptyHasDefaults = Boolean.TRUE.equals(asked.get("emptyHasDefaults"));
        ApexList results = new ApexList("object");
        answer.put("results", results);
        for (Object one : (ApexList) asked.get("tests")) {
            ApexList test = (ApexList) one;
            String why = run((String) test.get(0), (String) test.get(1));
            ApexList row = new ApexList("object");
            row.add(test.get(2));
            row.add(why);
            results.add(row);
            if (why != null && Boolean.TRUE.equals(asked.get("untilOneFails"))) {
                return;
            }
        }
    }

    /** Why a test fails; null if it passes. */
    private static String run(String of, String name) throws ReflectiveOperationException {
        Platform.isTest = true;
        Platform.reset();
        Method method = Class.forName(of).getDeclaredMethod(name);
        method.setAccessible(true);
        try {
            method.invoke(null);
            return null;
        } catch (InvocationTargetException error) {
            Throwable cause = error.getCause();
            if (cause instanceof ApexException || cause instanceof Unknown) {
                return cause.getMessage() + (cause instanceof Unknown ? "" : " (last at " + Platform.where() + ")");
            }
            return "the runtime failed at " + Platform.where() + ": " + cause;
        }
    }

    private static void covered(ApexMap answer) {
        for (int at = 0; at < Platform.files.length; at++) {
            ApexList lines = new ApexList("object");
            for (int line = 0; line < Platform.covered[at].length; line++) {
                if (Platform.covered[at][line]) {
                    lines.add(line);
                }
            }
            answer.put(Platform.files[at], lines);
        }
    }

    /** Calls a static method outside of tests, in a transaction of its own, with the settings, records and permissions that are given. */
    private static void call(ApexMap asked, ApexMap answer) throws ReflectiveOperationException, java.security.GeneralSecurityException {
        Platform.isTest = false;
        Platform.reset();
        prepare(asked);
        Object[] given = ((ApexList) asked.get("arguments")).toArray();
        Class<?>[] types = new Class<?>[given.length];
        java.util.Arrays.fill(types, Object.class);
        Method method = Class.forName((String) asked.get("class")).getDeclaredMethod((String) asked.get("method"), types);
        method.setAccessible(true);
        try {
            answer.put("value", method.invoke(null, given));
        } catch (InvocationTargetException error) {
            if (!(error.getCause() instanceof ApexException)) {
                answer.put("refused", String.valueOf(error.getCause()));
                return;
            }
            ApexException thrown = (ApexException) error.getCause();
            answer.put("type", thrown.type);
            answer.put("message", thrown.message);
        }
    }

    private static void prepare(ApexMap asked) throws java.security.GeneralSecurityException {
        for (Object one : (ApexList) asked.getOrDefault("records", new ApexList("object"))) {
            ApexMap row = (ApexMap) one;
            Record record = new Record((String) row.get("type"));
            ((ApexMap) row.get("fields")).forEach((name, value) -> record.set(((String) name).toLowerCase(), value));
            if (record.type.equals("user")) {
                Platform.user = record;
            } else {
                Id id = (Id) record.fields.computeIfAbsent("id", none -> Id.make(Store.prefix(record.type), 1));
                Store.tables.computeIfAbsent(record.type, none -> new java.util.LinkedHashMap<>()).put(id, record);
            }
        }
        for (Object one : (ApexList) asked.getOrDefault("permissions", new ApexList("object"))) {
            Platform.permissions.add((String) one);
        }
        if (asked.get("organization") != null) {
            Platform.organization = Id.of((String) asked.get("organization"));
        }
        Platform.keys.clear();
        for (Map.Entry<Object, Object> one : ((ApexMap) asked.getOrDefault("keys", new ApexMap("string", "object"))).entrySet()) {
            byte[] bytes = Base64.getMimeDecoder().decode(((String) one.getValue()).replaceAll("-----[A-Z ]+-----", ""));
            Platform.keys.put((String) one.getKey(), KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(bytes)));
        }
    }
}
