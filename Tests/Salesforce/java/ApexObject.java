/** An object of a class of the package. */
class ApexObject {
    final String type;
    final String[] parents;

    ApexObject(String type, String[] parents) {
        this.type = type;
        this.parents = parents;
    }

    boolean isA(String wanted) {
        for (String parent : parents) {
            if (parent.equals(wanted)) {
                return true;
            }
        }
        return type.equals(wanted);
    }

    public Object get(String name) {
        throw new Unknown("field " + name + " of " + type);
    }

    public Object set(String name, Object value) {
        throw new Unknown("field " + name + " of " + type);
    }

    public Object call(String name, Object[] given) {
        throw new Unknown("method " + name + " of " + type + " with " + given.length + " parameters");
    }
}
