package dev.rekey.simulator;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A self-signed certificate for {@code localhost} and {@code 127.0.0.1}, made anew for each
 * simulator; its key never leaves memory.
 *
 * <p>The JDK can check certificates but not write them, so the few DER structures of RFC 5280 that
 * are needed are written here.
 */
final class Certificate {
  private static final byte[] ECDSA_WITH_SHA256 = sequence(
      new byte[] {0x06, 0x08, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x04, 0x03, 0x02});
  private static final byte[] COMMON_NAME = {0x06, 0x03, 0x55, 0x04, 0x03};
  private static final byte[] SUBJECT_ALT_NAME = {0x06, 0x03, 0x55, 0x1d, 0x11};
  private static final int LIFETIME_DAYS = 30;

  private final X509Certificate certificate;
  private final PrivateKey key;

  private Certificate(X509Certificate certificate, PrivateKey key) {
    this.certificate = certificate;
    this.key = key;
  }

  /** Makes a fresh certificate. It starts a day early, so that a clock slightly off still works. */
  static Certificate create() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair pair = generator.generateKeyPair();
      byte[] body = body(pair, Instant.now().truncatedTo(ChronoUnit.SECONDS));
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(pair.getPrivate());
      signature.update(body);
      byte[] der = sequence(body, ECDSA_WITH_SHA256, bitString(signature.sign()));
      X509Certificate certificate = (X509Certificate) CertificateFactory.getInstance("X.509")
          .generateCertificate(new ByteArrayInputStream(der));
      return new Certificate(certificate, pair.getPrivate());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This JDK cannot make an EC certificate", e);
    }
  }

  /** The context for the servers. */
  SSLContext serverContext() {
    try {
      char[] none = new char[0];
      KeyStore store = emptyStore();
      store.setKeyEntry("simulator", key, none, new X509Certificate[] {certificate});
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, none);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This JDK cannot serve TLS", e);
    }
  }

  /** The context for clients: trusts this certificate and nothing else. */
  SSLContext clientContext() {
    try {
      KeyStore store = emptyStore();
      store.setCertificateEntry("simulator", certificate);
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This JDK cannot trust a certificate", e);
    }
  }

  /** The certificate (not the key) as PEM. */
  String pem() {
    try {
      return "-----BEGIN CERTIFICATE-----\n"
          + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate.getEncoded())
          + "\n-----END CERTIFICATE-----\n";
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("The certificate cannot be encoded", e);
    }
  }

  private static KeyStore emptyStore() throws GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try {
      store.load(null, null);
    } catch (IOException e) {
      throw new GeneralSecurityException(e);
    }
    return store;
  }

  private static byte[] body(KeyPair pair, Instant now) {
    byte[] name = sequence(tagged(
        0x31,
        sequence(COMMON_NAME, tagged(0x0c, "localhost".getBytes(StandardCharsets.US_ASCII)))));
    byte[] names = sequence(
        tagged(0x82, "localhost".getBytes(StandardCharsets.US_ASCII)),
        tagged(0x87, new byte[] {127, 0, 0, 1}));
    byte[] extensions = tagged(0xa3, sequence(sequence(SUBJECT_ALT_NAME, tagged(0x04, names))));
    BigInteger serial = new BigInteger(127, new SecureRandom()).setBit(126);
    return sequence(
        tagged(0xa0, tagged(0x02, new byte[] {2})),
        tagged(0x02, serial.toByteArray()),
        ECDSA_WITH_SHA256,
        name,
        sequence(
            time(now.minus(1, ChronoUnit.DAYS)), time(now.plus(LIFETIME_DAYS, ChronoUnit.DAYS))),
        name,
        pair.getPublic().getEncoded(),
        extensions);
  }

  private static byte[] time(Instant instant) {
    String text = DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'")
        .withZone(ZoneOffset.UTC)
        .format(instant);
    return tagged(0x18, text.getBytes(StandardCharsets.US_ASCII));
  }

  private static byte[] bitString(byte[] bits) {
    byte[] content = new byte[bits.length + 1];
    System.arraycopy(bits, 0, content, 1, bits.length);
    return tagged(0x03, content);
  }

  private static byte[] sequence(byte[]... parts) {
    return tagged(0x30, parts);
  }

  private static byte[] tagged(int tag, byte[]... parts) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    int length = content.size();
    if (length < 0x80) {
      out.write(length);
    } else if (length < 0x100) {
      out.write(0x81);
      out.write(length);
    } else {
      out.write(0x82);
      out.write(length >> 8);
      out.write(length);
    }
    out.writeBytes(content.toByteArray());
    return out.toByteArray();
  }
}
