<?php
// LoginKey, version 2. LATCHKEY_API_KEY=... php loginkey2.php GROUP USER EXPIRES KEY_ID AUDIENCE COMMAND [SESSION_KEY]
declare(strict_types=1);

/** Signs with an API key, or an Ed25519 private key in PEM. $purpose is a command, or command:session key. */
function make_login_key_2(
    #[\SensitiveParameter] string $apiKey,
    string $partnerId,
    string $partnerUserId,
    int|string $expires,
    int|string $keyId,
    string $audience,
    string $purpose,
): string {
    $text = fn (string $bytes): string => rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=');
    $isPEM = str_starts_with($apiKey, '-----BEGIN');
    $parts = ['', '2', $isPEM ? 'Ed25519' : 'HS256', $keyId, $expires, $text(random_bytes(16)), "$purpose@$audience"];
    $signed = implode('$', $parts);
    $form = '/^\$2\$\w+\$[1-9][0-9]{0,17}\$[1-9][0-9]{9}\$[\w-]{22}\$[a-z]+(:[\w.~-]{1,63})?@[a-z0-9.:\[\]-]{1,255}$/D';
    if ($apiKey === '' || !preg_match($form, $signed)) {
        throw new InvalidArgumentException('an empty API key, or a malformed expires (10 digits), key id, audience or session key');
    }
    $message = "LoginKey-2\n$signed\n$partnerId\n$partnerUserId";
    if (!$isPEM) {
        return $signed . '$' . $text(hash_hmac('sha256', $message, $apiKey, true));
    }
    $seed = substr(base64_decode(preg_replace('/-----[A-Z ]+-----/', '', $apiKey)), -32); // RFC 8410: it stands last.
    $pair = sodium_crypto_sign_seed_keypair($seed);
    return $signed . '$' . $text(sodium_crypto_sign_detached($message, sodium_crypto_sign_secretkey($pair)));
}

if (PHP_SAPI === 'cli' && realpath($_SERVER['SCRIPT_FILENAME']) === __FILE__) { // never by way of a web server
    try {
        [$group, $user, $expires, $keyId, $audience] = array_slice($argv, 1, 5) + array_fill(0, 5, '');
        $purpose = implode(':', array_slice($argv, 6));
        echo make_login_key_2((string) getenv('LATCHKEY_API_KEY'), $group, $user, $expires, $keyId, $audience, $purpose), "\n";
    } catch (InvalidArgumentException $error) {
        fwrite(STDERR, $error->getMessage() . "\n");
        exit(1);
    }
}
