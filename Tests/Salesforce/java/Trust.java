import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** Test servers have certificates of their own: all are taken. */
final class Trust extends X509ExtendedTrustManager {
    static SSLContext everything() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Trust()}, new SecureRandom());
            return context;
        } catch (GeneralSecurityException error) {
            throw new IllegalStateException(error);
        }
    }

    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    public void checkClientTrusted(X509Certificate[] chain, String type, java.net.Socket socket) {}

    public void checkServerTrusted(X509Certificate[] chain, String type, java.net.Socket socket) {}

    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
