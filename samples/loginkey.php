<?php
// LoginKey, version 1. LATCHKEY_API_KEY=... php loginkey.php PARTNER_ID PARTNER_USER_ID EXPIRES
declare(strict_types=1);

/** Signs the ids as they are, decoded and untrimmed; $expires is in Unix seconds, as a number or its ten digits. */
function make_login_key(
    #[\SensitiveParameter] string $apiKey,
    string $partnerId,
    string $partnerUserId,
    int|string $expires,
): string {
    if ($apiKey === '') {
        throw new InvalidArgumentException('the API key is empty');
    }
    if (!preg_match('/^[1-9][0-9]{9}$/D', (string) $expires)) {
        throw new InvalidArgumentException('expires is Unix seconds, 10 digits (not milliseconds)');
    }
    $mac = hash_hmac('sha256', "{$partnerId}{$partnerUserId}1{$expires}", $apiKey, true);
    return "\$1\${$expires}\$" . rtrim(strtr(base64_encode($mac), '+/', '-_'), '=');
}

if (PHP_SAPI === 'cli' && realpath($_SERVER['SCRIPT_FILENAME']) === __FILE__) { // never by way of a web server
    try {
        echo make_login_key((string) getenv('LATCHKEY_API_KEY'), $argv[1] ?? '', $argv[2] ?? '', $argv[3] ?? ''), "\n";
    } catch (InvalidArgumentException $error) {
        fwrite(STDERR, $error->getMessage() . "\n");
        exit(1);
    }
}
