import java.security.PrivateKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One organization: who runs, what they may, what has happened in the transaction. */
final class Platform {
    /** Not a constant, so that what follows it can be reached for Java's compiler. */
    static boolean TRUE = true;
    /** Grows with each transaction: classes initialize their statics anew. */
    static int epoch;
    static boolean isTest = true;
    /** Whether checkboxes that nobody has set are false; they are null otherwise. */
    static boolean emptyIsFalse;
    /** Whether settings that nobody has saved have the fields' default values. */
    static boolean emptyHasDefaults;

    static Id organization = Id.make("00D", 1);
    static Record user;
    static Set<String> permissions = new HashSet<>();
    static Map<String, PrivateKey> keys = new HashMap<>();

    static Object mock;
    static boolean isChanged;
    static boolean isStarted;
    static int callouts;
    static int queries;
    static int changes;
    static List<ApexObject> queued = new ArrayList<>();

    static String[] files = {};
    static boolean[][] covered = {};
    static int file;
    static int line;

    private Platform() {}

    /** A test of its own: no records, no settings, no permissions. */
    static void reset() {
        Store.tables.clear();
        Store.deleted.clear();
        Store.number = 0;
        user = new Record("user");
        user.fields.put("id", Id.make("005", 1));
        user.fields.put("username", "dana@acme.example");
        user.fields.put("email", "dana@acme.example");
        user.fields.put("isactive", true);
        permissions = new HashSet<>();
        begin();
    }

    /** A new transaction. */
    static void begin() {
        epoch++;
        mock = null;
        isChanged = false;
        isStarted = false;
        countAnew();
        queued = new ArrayList<>();
    }

    /** The limits of a transaction; Test.startTest gives new ones. */
    static void countAnew() {
        callouts = 0;
        queries = 0;
        changes = 0;
    }

    static void limit(int count, int most, String what) {
        if (count > most) {
            throw ApexException.of("limitexception", "Too many " + what + ": " + count);
        }
    }

    static void at(int ofFile, int ofLine) {
        file = ofFile;
        line = ofLine;
        covered[ofFile][ofLine] = true;
    }

    static String where() {
        return files.length == 0 ? "?" : files[file] + ":" + line;
    }

    /** Runs what was queued, each in a transaction of its own but, in tests, with the same mock. */
    static void runQueued() {
        List<ApexObject> jobs = queued;
        queued = new ArrayList<>();
        for (ApexObject job : jobs) {
            isChanged = false;
            countAnew();
            Methods.call(job, "execute", new Object[] {null});
        }
    }
}
