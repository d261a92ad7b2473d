import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Records in memory: DML and the SOQL that the package uses. */
final class Store {
    /** Object → field → type, length (0: none), default; names in lower case. */
    static final Map<String, Map<String, Field>> schema = new HashMap<>();
    static final Map<String, Map<Id, Record>> tables = new LinkedHashMap<>();
    /** The recycle bin. */
    static final Map<String, List<Record>> deleted = new HashMap<>();
    static int number;

    static final class Field {
        final String name;
        final String type;
        final int length;
        final String standard;
        boolean isUnique;
        boolean isRequired;

        Field(String name, String type, int length, String standard) {
            this.name = name;
            this.type = type;
            this.length = length;
            this.standard = standard;
        }
    }

    static {
        String[] lines = {
            "lead|Id id|Name string|LastName! string 80|Company! string 255|IsConverted boolean|Status string 40",
            "contact|Id id|Name string|LastName! string 80|AccountId id",
            "case|Id id|CaseNumber string 30|Subject string 255|Status string 40",
            "account|Id id|Name! string 255",
            "task|Id id|Subject string 255|Status string 40|WhoId id|WhatId id|ActivityDate date|Description string 32000",
            "user|Id id|Name string|Username string 80|Email string 128|FederationIdentifier string 512|IsActive boolean|EmployeeNumber string 20",
        };
        for (String line : lines) {
            String[] parts = line.split("[|]");
            for (int at = 1; at < parts.length; at++) {
                String[] facts = parts[at].split(" ");
                Field field = new Field(facts[0].replace("!", ""), facts[1], facts.length > 2 ? Integer.parseInt(facts[2]) : 0, "");
                field.isRequired = facts[0].endsWith("!");
                declare(parts[0], field);
            }
        }
    }

    private Store() {}

    static void declare(String object, Field field) {
        schema.computeIfAbsent(object, none -> new LinkedHashMap<>()).put(field.name.toLowerCase(), field);
    }

    static boolean isObject(String type) {
        return schema.containsKey(type);
    }

    static boolean isSetting(String type) {
        return schema.containsKey(type) && schema.get(type).containsKey("setupownerid");
    }

    private static Field field(String type, String name) {
        Field found = schema.get(type).get(name.toLowerCase());
        if (found == null) {
            throw new Unknown("field " + name + " of " + type);
        }
        return found;
    }

    static String typeOf(String type, String name) {
        return field(type, name).type;
    }

    static Record record(String type, Object[] pairs) {
        if (!isObject(type)) {
            throw new Unknown("object " + type);
        }
        Record made = new Record(type);
        for (int at = 0; at < pairs.length; at += 2) {
            made.set(((String) pairs[at]).toLowerCase(), pairs[at + 1]);
        }
        return made;
    }

    static String prefix(String type) {
        String[] known = {"lead 00Q", "contact 003", "case 500", "account 001", "user 005", "task 00T"};
        for (String one : known) {
            if (one.startsWith(type + " ")) {
                return one.substring(type.length() + 1);
            }
        }
        int at = 0;
        for (String name : new TreeSet<>(schema.keySet())) {
            if (name.equals(type)) {
                return "a0" + (char) ('0' + at);
            }
            at++;
        }
        throw new Unknown("object " + type);
    }

    static String objectOf(Id id) {
        for (String type : schema.keySet()) {
            if (id.text.startsWith(prefix(type))) {
                return type;
            }
        }
        throw ApexException.of("sobjectexception", "SObject type does not exist for id " + id);
    }

    static Object change(String operation, Object target) {
        Platform.limit(++Platform.changes, 150, "DML statements");
        if (target == null) {
            throw ApexException.nullReference();
        }
        if (target instanceof ApexList) {
            for (Object one : (ApexList) target) {
                changeOne(operation, (Record) one);
            }
        } else {
            changeOne(operation, (Record) target);
        }
        return null;
    }

    static void changeOne(String operation, Record record) {
        Platform.isChanged = true;
        Map<Id, Record> rows = tables.computeIfAbsent(record.type, none -> new LinkedHashMap<>());
        Id id = (Id) record.fields.get("id");
        if (operation.equals("delete")) {
            Record gone = id == null ? null : rows.remove(id);
            if (gone == null) {
                throw ApexException.of("dmlexception", "Delete failed: no such record");
            }
            deleted.computeIfAbsent(record.type, none -> new ArrayList<>()).add(gone);
            return;
        }
        boolean isNew = operation.equals("insert") || operation.equals("upsert") && id == null;
        if (isNew && id != null || !isNew && id == null) {
            throw ApexException.of("dmlexception", isNew ? "cannot specify Id in an insert call" : "MISSING_ARGUMENT, Id not specified in an update call");
        }
        if (record.type.equals("user")) {
            if (isNew || !id.equals(Platform.user.fields.get("id"))) {
                throw new Unknown(operation + " of another user");
            }
            check(record, false, Map.of());
            Platform.user.fields.putAll(record.fields);
            return;
        }
        check(record, isNew, rows);
        if (isNew) {
            complete(record, rows);
        } else if (!rows.containsKey(id)) {
            throw ApexException.of("dmlexception", "entity is deleted");
        }
        Record stored = isNew ? new Record(record.type) : rows.get((Id) record.fields.get("id"));
        stored.fields.putAll(record.fields);
        rows.put((Id) record.fields.get("id"), stored);
        defaults(stored);
    }

    /** Required fields, lengths, fields that are unique. */
    private static void check(Record record, boolean isNew, Map<Id, Record> rows) {
        for (Field field : schema.get(record.type).values()) {
            String name = field.name.toLowerCase();
            Object value = record.fields.get(name);
            if (field.isRequired && (isNew || record.fields.containsKey(name)) && (value == null || value.equals(""))) {
                throw ApexException.of("dmlexception", "REQUIRED_FIELD_MISSING, " + field.name);
            }
            if (value instanceof String && field.length > 0 && ((String) value).length() > field.length) {
                throw ApexException.of("dmlexception", "STRING_TOO_LONG, " + field.name);
            }
            if (field.isUnique && value != null) {
                for (Record row : rows.values()) {
                    if (Values.same(row.fields.get(name), value) && !row.fields.get("id").equals(record.fields.get("id"))) {
                        throw ApexException.of("dmlexception", "DUPLICATE_VALUE, " + field.name);
                    }
                }
            }
        }
    }

    private static void complete(Record record, Map<Id, Record> rows) {
        if (isSetting(record.type) && !rows.isEmpty()) {
            throw ApexException.of("dmlexception", "DUPLICATE_VALUE, SetupOwnerId");
        }
        number++;
        record.fields.put("id", Id.make(prefix(record.type), number));
    }

    private static void defaults(Record stored) {
        // An empty text is stored as null.
        stored.fields.replaceAll((name, value) -> "".equals(value) ? null : value);
        for (Field field : schema.get(stored.type).values()) {
            String name = field.name.toLowerCase();
            if (field.type.equals("boolean") && stored.fields.get(name) == null) {
                stored.fields.put(name, false);
            }
        }
        if (stored.fields.containsKey("lastname")) {
            stored.fields.put("name", stored.fields.get("lastname"));
        }
        if (stored.type.equals("case")) {
            stored.fields.putIfAbsent("casenumber", String.format("%08d", number));
        }
    }

    /** `isAll`: those in the recycle bin too. */
    static ApexList query(String source, String[] names, Object[][] tests, boolean isAll) {
        Platform.limit(++Platform.queries, 100, "SOQL queries");
        ApexList found = new ApexList(source);
        List<Record> rows = new ArrayList<>(source.equals("user") ? List.of(Platform.user) : tables.getOrDefault(source, Map.of()).values());
        if (isAll) {
            rows.addAll(deleted.getOrDefault(source, List.of()));
        }
        for (String name : names) {
            field(source, name);
        }
        for (Record row : rows) {
            boolean fits = true;
            for (Object[] test : tests) {
                fits &= matches(row.fields.get((String) test[0]), typeOf(source, (String) test[0]), (String) test[1], test[2]);
            }
            if (fits) {
                found.add(shown(row, names));
            }
        }
        return found;
    }

    private static Record shown(Record row, String[] names) {
        Record made = new Record(row.type);
        made.queried = new TreeSet<>(List.of("id"));
        for (String name : names) {
            made.queried.add(name.toLowerCase());
        }
        for (String name : made.queried) {
            made.fields.put(name, row.fields.get(name));
        }
        return made;
    }

    private static boolean matches(Object value, String type, String operator, Object wanted) {
        if (operator.equals("IN")) {
            if (wanted == null) {
                throw ApexException.nullReference();
            }
            for (Object one : (Collection<?>) wanted) {
                if (Values.same(value, Values.convert(one, type))) {
                    return true;
                }
            }
            return false;
        }
        return Values.same(value, Values.convert(wanted, type));
    }

    /** Database.query with one bound name. */
    static Object queryText(Object soql, Object[] bound) {
        Matcher found = Pattern.compile("SELECT (\\w+) FROM (\\w+) WHERE (\\w+) = :(\\w+)").matcher((String) soql);
        if (!found.matches()) {
            throw new Unknown("the query " + soql);
        }
        for (int at = 0; at < bound.length; at += 2) {
            if (bound[at].equals(found.group(4).toLowerCase())) {
                Object[][] tests = {{found.group(3).toLowerCase(), "=", bound[at + 1]}};
                return query(found.group(2).toLowerCase(), new String[] {found.group(1)}, tests, false);
            }
        }
        throw ApexException.of("queryexception", "Variable does not exist: " + found.group(4));
    }

    /** The organization's record of a hierarchy setting; an empty one if there is none. */
    static Record setting(String type) {
        for (Record row : tables.getOrDefault(type, Map.of()).values()) {
            return row.copy();
        }
        Record empty = new Record(type);
        for (Field field : schema.get(type).values()) {
            if (Platform.emptyHasDefaults && !field.standard.isEmpty()) {
                String text = field.standard.replace("\"", "");
                Object value = field.type.equals("boolean") ? (Object) Boolean.valueOf(text)
                    : field.type.equals("decimal") ? new java.math.BigDecimal(text) : text;
                empty.fields.put(field.name.toLowerCase(), value);
            }
        }
        return empty;
    }
}
