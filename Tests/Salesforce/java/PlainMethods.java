import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** Methods of requests, responses, describes, page parts and Canvas. */
final class PlainMethods {
    private PlainMethods() {}

    static Object call(Plain self, String name, Object[] given) {
        switch (self.type + "." + name) {
            case "httprequest.setendpoint/1":
                return self.put("endpoint", given[0]);
            case "httprequest.setmethod/1":
                return self.put("method", given[0]);
            case "httprequest.settimeout/1":
                return timeout(self, (Integer) given[0]);
            case "httprequest.setbody/1":
            case "httpresponse.setbody/1":
                return self.put("body", given[0]);
            case "httprequest.setheader/2":
                return self.put("header " + ((String) given[0]).toLowerCase(), given[1]);
            case "httprequest.getheader/1":
                return self.get("header " + ((String) given[0]).toLowerCase());
            case "httprequest.getendpoint/0":
                return self.get("endpoint");
            case "httprequest.getmethod/0":
                return self.get("method");
            case "httprequest.getbody/0":
            case "httpresponse.getbody/0":
                return self.get("body");
            case "httpresponse.setstatuscode/1":
                return self.put("status", given[0]);
            case "httpresponse.getstatuscode/0":
                return self.get("status");
            case "http.send/1":
                return send((Plain) given[0]);
            case "selectoption.getvalue/0":
                return self.get("value");
            case "selectoption.getlabel/0":
                return self.get("label");
            case "standardcontroller.getid/0":
                Object id = ((Record) self.get("record")).fields.get("id");
                return id == null ? null : id.toString();
            case "saveresult.issuccess/0":
                return self.get("success");
            case "fieldmap.getmap/0":
                return new Plain("fields");
            case "fields.get/1":
                return describe((String) given[0]);
            case "sobjectfield.getdescribe/0":
                return self.get("describe");
            case "describefieldresult.getname/0":
                return self.get("title");
            case "describefieldresult.gettype/0":
                return Statics.displayType((String) self.get("type"));
            case "rendercontext.getenvironmentcontext/0":
                return self.get("environment");
            case "environmentcontext.setparametersasjson/1":
                return self.put("parameters", given[0]);
            case "environmentcontext.getparametersasjson/0":
                return self.get("parameters");
            default:
                throw new Unknown(self.type + "." + name);
        }
    }

    private static Object timeout(Plain self, int milliseconds) {
        if (milliseconds < 1 || milliseconds > 120000) {
            throw ApexException.of("calloutexception", "Timeout is 1 to 120,000 milliseconds");
        }
        return self.put("timeout", milliseconds);
    }

    /** The names of fields are found without regard to case. */
    private static Object describe(String name) {
        Store.Field field = name == null ? null : Store.schema.get("user").get(name.toLowerCase());
        if (field == null) {
            return null;
        }
        String type = field.name.equals("Email") ? "EMAIL" : field.type.toUpperCase();
        Plain result = new Plain("describefieldresult", "title", field.name, "type", type);
        return new Plain("sobjectfield", "describe", result);
    }

    private static Object send(Plain request) {
        if (Platform.isChanged) {
            throw ApexException.of("calloutexception", "You have uncommitted work pending. Please commit or rollback before calling out");
        }
        Platform.limit(++Platform.callouts, 100, "callouts");
        if (!((String) request.get("endpoint")).startsWith("https://")) {
            throw new Unknown("a callout without https");
        }
        if (!Platform.isTest) {
            return really(request);
        }
        if (Platform.mock == null) {
            throw ApexException.of("typeexception", "Methods defined as TestMethod do not support Web service callouts");
        }
        return Methods.call(Platform.mock, "respond", new Object[] {request});
    }

    private static Object really(Plain request) {
        HttpRequest.Builder asked = HttpRequest.newBuilder(URI.create((String) request.get("endpoint")))
            .timeout(Duration.ofMillis((Integer) request.get("timeout")))
            .method((String) request.get("method"), HttpRequest.BodyPublishers.ofString((String) request.get("body")));
        for (Map.Entry<String, Object> one : new TreeMap<>(request.fields).entrySet()) {
            if (one.getKey().startsWith("header ")) {
                asked.header(one.getKey().substring(7), (String) one.getValue());
            }
        }
        try {
            HttpResponse<String> answer = HttpClient.newBuilder().sslContext(Trust.everything()).version(HttpClient.Version.HTTP_1_1).build()
                .send(asked.build(), HttpResponse.BodyHandlers.ofString());
            return new Plain("httpresponse", "status", answer.statusCode(), "body", answer.body());
        } catch (java.io.IOException | InterruptedException error) {
            throw ApexException.of("calloutexception", String.valueOf(error.getMessage()));
        }
    }
}
