/** A record's id, kept in 18 characters. Two are the same if their first 15 are. */
final class Id {
    private static final String CHECKSUM = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
    final String text;

    private Id(String text) {
        this.text = text;
    }

    static Id of(String text) {
        if (text == null || !text.matches("[A-Za-z0-9]{15}([A-Za-z0-9]{3})?")) {
            throw ApexException.of("stringexception", "Invalid id: " + text);
        }
        String whole = text.substring(0, 15) + checksum(text);
        if (text.length() == 18 && !whole.equalsIgnoreCase(text)) {
            throw ApexException.of("stringexception", "Invalid id: " + text);
        }
        return new Id(whole);
    }

    static Id make(String prefix, int number) {
        return of(prefix + "Fk" + String.format("%010d", number));
    }

    private static String checksum(String text) {
        StringBuilder made = new StringBuilder();
        for (int chunk = 0; chunk < 15; chunk += 5) {
            int bits = 0;
            for (int at = 0; at < 5; at++) {
                if (Character.isUpperCase(text.charAt(chunk + at))) {
                    bits |= 1 << at;
                }
            }
            made.append(CHECKSUM.charAt(bits));
        }
        return made.toString();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Id && ((Id) other).text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
