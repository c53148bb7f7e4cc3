package io.gapless.recovery.outbox.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.gapless.recovery.outbox.JdbcSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UrlPasswordTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql://me:s3cret@db/shop",
                "jdbc:postgresql://db/shop?user=me&password=s3cret",
                "jdbc:postgresql://db/shop?pass%77ord=s3cret",
                "jdbc:postgresql://db/shop?sslpassword=s3cret",
                "jdbc:postgresql://me:a%2Fs3cret@db/shop",
                "jdbc:mariadb://db/shop?PASSWORD=s3cret",
                "jdbc:mariadb://db/shop?user=me&trustStorePassword=s3cret",
                "jdbc:mysql://me:s3cret@db1,you:s3cret@db2/shop",
                "jdbc:mysql://(host=db,user=me,password=s3cret)/shop",
                "jdbc:mysql://address=(host=db)(user=me)(password=s3cret)/shop",
                "jdbc:sqlserver://db:1433;databaseName=shop;user=me;password={s3cret}",
                "jdbc:sqlserver://db;pwd=s3cret",
                "jdbc:sqlserver://db;accessToken=s3cret",
                "jdbc:oracle:thin:me/s3cret@//db:1521/shop",
                "jdbc:oracle:thin:@//db:1521/shop?oracle.jdbc.password=s3cret",
                "jdbc:h2:tcp://db/shop;USER=me;PASSWORD=s3cret",
                "jdbc:db2://db:50000/shop:user=me;password=s3cret;",
                "jdbc:derby:shop;bootPassword=s3cret",
                "jdbc:sqlite:shop.db?key=s3cret"
            })
    void aPasswordIsFoundWhereverADriverHasIt(String url) {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> JdbcSource.builder().url(url).query("SELECT 1").build())
                .withMessageContaining("contains a password")
                .withMessageNotContaining("s3cret");
    }

    @Test
    void theMessageSaysHowToSetItInstead() {
        assertThat(UrlPassword.find("jdbc:sqlserver://db;trustStorePassword=s3cret"))
                .map(UrlPassword.Found::instead)
                .contains("driverSecret(\"trustStorePassword\", …), on the command line --jdbc-secret"
                        + " trustStorePassword=FILE");
        assertThat(UrlPassword.find("jdbc:postgresql://db/shop?password=s3cret").map(UrlPassword.Found::instead))
                .hasValueSatisfying(instead -> assertThat(instead).contains("--jdbc-password-file"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql://db/shop",
                "jdbc:postgresql://me@db:5432,db2:5432/shop?sslmode=verify-full&sslkey=/etc/key.pk8",
                "jdbc:postgresql://[::1]:5432/shop?user=me&passfile=/home/me/.pgpass",
                "jdbc:mariadb://address=(host=db)(port=3306)(type=primary)/shop",
                "jdbc:sqlserver://db:1433;databaseName=shop;user=me",
                "jdbc:oracle:thin:@//db:1521/shop",
                "jdbc:oracle:thin:@db:1521:shop",
                "jdbc:oracle:thin:/@alias",
                "jdbc:sqlite:/home/me/a@b:c.db",
                "jdbc:sqlite:file:///home/me/key.db?mode=ro",
                "jdbc:h2:mem:shop",
                "jdbc:mysql://db/shop?passwordCharacterEncoding=UTF-8",
                "jdbc:mysql://db/shop?allowPublicKeyRetrieval=true&trustCertificateKeyStoreUrl=file:a.jks",
                "jdbc:sqlserver://db;authentication=ActiveDirectoryMSI;msiTokenCacheTtl=5",
                "jdbc:sqlserver://db;integratedSecurity=true;authenticationScheme=NTLM;cacheBulkCopyMetadata=true",
                "jdbc:postgresql://db/shop?currentSchema=token_data&scramMaxIterations=100000",
                "jdbc:oracle:thin:@tcps://db/shop?wallet_location=w&ssl_server_dn_match=true",
                "jdbc:oracle:thin:@(DESCRIPTION=(ADDRESS=(PROTOCOL=tcp)(HOST=db)(PORT=1))(SECURITY=(MY_WALLET_DIRECTORY=/w)))"
            })
    void aUrlWithoutOneIsLeftAlone(String url) {
        assertThat(UrlPassword.find(url)).isEmpty();
    }
}
