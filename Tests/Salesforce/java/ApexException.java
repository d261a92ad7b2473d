/** An exception that Apex throws. A class of the package that extends Exception extends this. */
class ApexException extends RuntimeException {
    final String type;
    final String[] parents;
    String message;

    ApexException(String type, String[] parents) {
        this.type = type;
        this.parents = parents;
        // What Salesforce says of an exception without a message.
        this.message = "Script-thrown exception";
    }

    static ApexException of(String type, String message) {
        ApexException made = new ApexException(type, new String[] {"exception"});
        made.message = message;
        return made;
    }

    static ApexException nullReference() {
        return of("nullpointerexception", "Attempt to de-reference a null object");
    }

    /** Whether a `catch` of that type catches it. A failed assertion is caught by nothing, and neither is a limit. */
    boolean isA(String wanted) {
        if (type.equals("assertexception") || type.equals("limitexception")) {
            return false;
        }
        String name = wanted.startsWith("system.") ? wanted.substring(7) : wanted;
        if (name.equals("exception") || name.equals(type)) {
            return true;
        }
        for (String parent : parents) {
            if (parent.equals(name)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String getMessage() {
        return type + ": " + message;
    }

    public Object get(String name) {
        throw new Unknown("field " + name + " of an exception");
    }

    public Object set(String name, Object value) {
        throw new Unknown("field " + name + " of an exception");
    }

    public Object call(String name, Object[] given) {
        switch (name + given.length) {
            case "getmessage0":
                return message;
            case "getdmlmessage1":
                return message.substring(message.indexOf(", ") + 2);
            case "setmessage1":
                message = (String) given[0];
                return null;
            default:
                throw new Unknown("method " + name + " of an exception");
        }
    }
}
