import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** LoginKey, version 1. LATCHKEY_API_KEY=... java LoginKey.java PARTNER_ID PARTNER_USER_ID EXPIRES (UTF-8 locale) */
public class LoginKey {
    /** The ids are signed as they are, decoded and untrimmed; expires is in Unix seconds. */
    public static String make(String apiKey, String partnerId, String partnerUserId, long expires)
            throws GeneralSecurityException {
        if (apiKey == null || apiKey.isEmpty()) throw new IllegalArgumentException("the API key is empty");
        if (expires < 1_000_000_000L || expires > 9_999_999_999L)
            throw new IllegalArgumentException("expires is Unix seconds, 10 digits (not milliseconds)");
        Mac hmac = Mac.getInstance("HmacSHA256");
        hmac.init(new SecretKeySpec(apiKey.getBytes(UTF_8), "HmacSHA256"));
        byte[] mac = hmac.doFinal((partnerId + partnerUserId + "1" + expires).getBytes(UTF_8));
        return "$1$" + expires + "$" + Base64.getUrlEncoder().withoutPadding().encodeToString(mac);
    }

    public static void main(String[] args) throws GeneralSecurityException {
        String apiKey = System.getenv().getOrDefault("LATCHKEY_API_KEY", "");
        if (apiKey.isEmpty() || args.length != 3 || !args[2].matches("[1-9][0-9]{9}")) {
            System.err.println("expected LATCHKEY_API_KEY and PARTNER_ID PARTNER_USER_ID EXPIRES (Unix seconds)");
            System.exit(2);
        }
        System.out.println(make(apiKey, args[0], args[1], Long.parseLong(args[2])));
    }
}
