import java.math.BigDecimal;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.Signature;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Static methods, values and constructors of the platform. */
final class Statics {
    private static final Map<String, Plain> DISPLAY_TYPES = new HashMap<>();

    private Statics() {}

    static Object value(String name) {
        switch (name) {
            case "canvas.test.key_parameters":
                return "parameters";
            case "schema.sobjecttype.user.fields":
                return new Plain("fieldmap");
            default:
                if (name.matches("schema[.]displaytype[.](id|string|email|phone|picklist)")) {
                    return displayType(name.substring(name.lastIndexOf('.') + 1).toUpperCase());
                }
                throw new Unknown(name);
        }
    }

    /** A value of the enumeration: there is one object of each name. */
    static Plain displayType(String name) {
        return DISPLAY_TYPES.computeIfAbsent(name, none -> new Plain("displaytype", "name", name));
    }

    static Object create(String type, Object[] given) {
        if (type.startsWith("list<")) {
            return only(new ApexList(inside(type)), given);
        }
        if (type.startsWith("set<")) {
            return only(new ApexSet(inside(type)), given);
        }
        if (type.startsWith("map<")) {
            String[] parts = inside(type).split(",", 2);
            return only(new ApexMap(parts[0], parts[1]), given);
        }
        if (Store.isObject(type)) {
            return only(new Record(type), given);
        }
        switch (type + "/" + given.length) {
            case "http/0":
                return new Plain("http");
            case "httprequest/0":
                return new Plain("httprequest", "body", "", "timeout", 10000);
            case "httpresponse/0":
                return new Plain("httpresponse", "status", 0, "body", "");
            case "selectoption/2":
                return new Plain("selectoption", "value", given[0], "label", given[1]);
            case "apexpages.standardcontroller/1":
                return new Plain("standardcontroller", "record", given[0]);
            case "calloutexception/0":
                return new ApexException("calloutexception", new String[] {"exception"});
            case "canvas.canvasrenderexception/1":
                return ApexException.of("canvas.canvasrenderexception", (String) given[0]);
            default:
                throw new Unknown("new " + type + " with " + given.length + " arguments");
        }
    }

    private static String inside(String type) {
        return type.substring(type.indexOf('<') + 1, type.length() - 1);
    }

    private static Object only(Object made, Object[] given) {
        if (given.length > 0) {
            throw new Unknown("a constructor of a collection or record with values");
        }
        return made;
    }

    static Object call(String name, Object[] given) {
        if (name.endsWith(".getinstance") || name.endsWith(".getorgdefaults")) {
            String type = name.substring(0, name.lastIndexOf('.'));
            if (Store.isSetting(type) && given.length == 0) {
                return Store.setting(type);
            }
        }
        switch (name + "/" + given.length) {
            case "string.valueof/1":
                return Values.text(given[0], null);
            case "string.isblank/1":
                return isBlank(given[0]);
            case "string.isnotblank/1":
                return !isBlank(given[0]);
            case "string.isempty/1":
                return given[0] == null || given[0].equals("");
            case "string.join/2":
                List<String> parts = new ArrayList<>();
                Values.each(given[0]).forEach(one -> parts.add(Values.text(one, "null")));
                return String.join((String) given[1], parts);
            case "id.valueof/1":
                return Id.of((String) Values.convert(given[0], "string"));
            case "long.valueof/1":
                return parse((String) given[0], Long::valueOf, "Invalid long: ");
            case "decimal.valueof/1":
                return parse((String) given[0], BigDecimal::new, "Invalid decimal: ");
            case "math.mod/2":
                return (Integer) given[0] % (Integer) given[1];
            case "pattern.matches/2":
                if (given[0] == null || given[1] == null) {
                    throw ApexException.of("nullpointerexception", "Argument cannot be null.");
                }
                return java.util.regex.Pattern.matches((String) given[0], (String) given[1]);
            case "json.serialize/1":
                return Json.write(given[0]);
            case "json.deserializeuntyped/1":
                return Json.read((String) given[0]);
            default:
                return callOther(name, given);
        }
    }

    private static Object callOther(String name, Object[] given) {
        switch (name + "/" + given.length) {
            case "blob.valueof/1":
                if (given[0] == null) {
                    throw ApexException.of("nullpointerexception", "Argument cannot be null.");
                }
                return Blob.of((String) given[0]);
            case "encodingutil.base64encode/1":
                return Base64.getEncoder().encodeToString(((Blob) present(given[0])).bytes);
            case "encodingutil.base64decode/1":
                return new Blob(Base64.getMimeDecoder().decode((String) present(given[0])));
            case "encodingutil.urlencode/2":
                return encode((String) present(given[0]), (String) given[1]);
            case "crypto.generatemac/3":
                return mac((String) given[0], (Blob) present(given[1]), (Blob) present(given[2]));
            case "crypto.signwithcertificate/3":
                return sign((String) given[0], (Blob) present(given[1]), (String) given[2]);
            case "userinfo.getorganizationid/0":
                return Platform.organization.text;
            case "userinfo.getuserid/0":
                return ((Id) Platform.user.fields.get("id")).text;
            case "userinfo.getusername/0":
                return Platform.user.fields.get("username");
            case "featuremanagement.checkpermission/1":
                return Platform.permissions.contains((String) given[0]);
            case "database.insert/2":
                return insertEach((ApexList) given[0], (Boolean) given[1]);
            case "system.now/0":
                return new Moment(System.currentTimeMillis());
            case "system.enqueuejob/1":
                Platform.queued.add((ApexObject) given[0]);
                return null;
            case "datetime.valueofgmt/1":
                return parse((String) given[0], text -> moment(LocalDateTime.parse(text, DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss"))), "Invalid date/time: ");
            case "datetime.newinstancegmt/6":
                int[] f = Arrays.stream(given).mapToInt(one -> (Integer) one).toArray();
                return moment(LocalDateTime.of(f[0], f[1], f[2], f[3], f[4], f[5]));
            case "date.newinstance/3":
                return LocalDate.of((Integer) given[0], (Integer) given[1], (Integer) given[2]);
            case "canvas.test.mockrendercontext/2":
                Object parameters = ((ApexMap) given[1]).getOrDefault("parameters", "{}");
                return new Plain("rendercontext", "environment", new Plain("environmentcontext", "parameters", parameters));
            default:
                return ofTests(name, given);
        }
    }

    private static Object ofTests(String name, Object[] given) {
        switch (name + "/" + given.length) {
            case "test.starttest/0":
                if (Platform.isStarted) {
                    throw ApexException.of("finalexception", "Testing already started");
                }
                Platform.isStarted = true;
                Platform.countAnew();
                Platform.isChanged = false;
                return null;
            case "test.stoptest/0":
                Platform.runQueued();
                return null;
            case "test.setmock/2":
                Platform.mock = given[1];
                return null;
            case "system.assert/1":
            case "system.assert/2":
                return claim(Boolean.TRUE.equals(given[0]), "Assertion Failed", given, 1);
            case "system.assertequals/2":
            case "system.assertequals/3":
                return claim(Values.exact(given[0], given[1]), "Expected: " + show(given[0]) + ", Actual: " + show(given[1]), given, 2);
            case "system.assertnotequals/2":
            case "system.assertnotequals/3":
                return claim(!Values.exact(given[0], given[1]), "Same value: " + show(given[0]), given, 2);
            default:
                throw new Unknown(name + " with " + given.length + " arguments");
        }
    }

    private static String show(Object value) {
        return value instanceof Moment || value instanceof LocalDate || value instanceof Blob ? value.toString() : Values.text(value, "null");
    }

    private static Object claim(boolean holds, String message, Object[] given, int at) {
        if (!holds) {
            throw ApexException.of("assertexception", message + (given.length > at ? ": " + given[at] : "") + " at " + Platform.where());
        }
        return null;
    }

    private static Object present(Object value) {
        if (value == null) {
            throw ApexException.of("nullpointerexception", "Argument cannot be null.");
        }
        return value;
    }

    private static boolean isBlank(Object value) {
        return value == null || ((String) value).chars().allMatch(Character::isWhitespace);
    }

    private static Object parse(String text, java.util.function.Function<String, Object> parser, String refusal) {
        if (text == null) {
            throw ApexException.of("nullpointerexception", "Argument cannot be null.");
        }
        try {
            return parser.apply(text);
        } catch (NumberFormatException | java.time.DateTimeException error) {
            throw ApexException.of("typeexception", refusal + text);
        }
    }

    private static Moment moment(LocalDateTime utc) {
        return new Moment(utc.toInstant(ZoneOffset.UTC).toEpochMilli());
    }

    /** As a form: a blank is a plus, `*` stays, `~` does not. */
    private static Object encode(String text, String charset) {
        if (!"UTF-8".equalsIgnoreCase(charset)) {
            throw new Unknown("charset " + charset);
        }
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static Object mac(String algorithm, Blob data, Blob key) {
        if (!algorithm.equalsIgnoreCase("hmacSHA256")) {
            throw new Unknown("MAC " + algorithm);
        }
        if (key.bytes.length == 0) {
            throw ApexException.of("invalidparametervalueexception", "The private key cannot be empty");
        }
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key.bytes, "HmacSHA256"));
            return new Blob(mac.doFinal(data.bytes));
        } catch (java.security.GeneralSecurityException error) {
            throw new IllegalStateException(error);
        }
    }

    private static Object sign(String algorithm, Blob data, String certificate) {
        PrivateKey key = Platform.keys.get(certificate);
        if (!algorithm.equals("RSA-SHA256") || key == null) {
            throw ApexException.of("invalidparametervalueexception", "Could not find the certificate " + certificate);
        }
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(key);
            signature.update(data.bytes);
            return new Blob(signature.sign());
        } catch (java.security.GeneralSecurityException error) {
            throw new IllegalStateException(error);
        }
    }

    private static Object insertEach(ApexList records, boolean allOrNone) {
        Platform.limit(++Platform.changes, 150, "DML statements");
        ApexList results = new ApexList("object");
        for (Object record : records) {
            boolean done = true;
            try {
                Store.changeOne("insert", (Record) record);
            } catch (ApexException error) {
                if (allOrNone) {
                    throw error;
                }
                done = false;
            }
            results.add(new Plain("saveresult", "success", done));
        }
        return results;
    }
}
