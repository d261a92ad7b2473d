/** A Datetime: milliseconds since 1970 in UTC. */
final class Moment {
    final long milliseconds;

    Moment(long milliseconds) {
        this.milliseconds = milliseconds;
    }

    java.time.ZonedDateTime utc() {
        return java.time.Instant.ofEpochMilli(milliseconds).atZone(java.time.ZoneOffset.UTC);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Moment && ((Moment) other).milliseconds == milliseconds;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(milliseconds);
    }
}
