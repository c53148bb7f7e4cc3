package io.gapless.spring;

import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.boot.jdbc.DataSourceBuilder;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;

/**
 * Finds the database of a shared state among the beans. A state keeps one connection and changes its settings, so it must
 * not take that of a pool: in place of Hikari's pool, it gets a source with the same address and user.
 */
final class SharedDatabase {
    private static final String HIKARI = "com.zaxxer.hikari.HikariDataSource";

    private SharedDatabase() {}

    static Optional<DataSource> of(GaplessProperties.SharedState settings, BeanFactory beans) {
        if (settings.getName() == null) return Optional.empty();
        String bean = settings.getDataSource();
        try {
            return Optional.of(withoutPool(found(bean, beans)));
        } catch (NoUniqueBeanDefinitionException e) {
            throw new ConfigurationException(
                    "The application has several DataSources: " + e.getBeanNamesFound() + ".",
                    "Set gapless.shared-state.data-source to the name of the one that keeps the state.",
                    e);
        } catch (NoSuchBeanDefinitionException e) {
            if (bean == null) return Optional.empty();
            throw new ConfigurationException(
                    "gapless.shared-state.data-source names '" + bean + "', but no DataSource has this bean name.",
                    "Change it to the name of a DataSource, or remove it if there is only one.",
                    e);
        }
    }

    private static DataSource found(@Nullable String bean, BeanFactory beans) {
        return bean == null ? beans.getBean(DataSource.class) : beans.getBean(bean, DataSource.class);
    }

    private static DataSource withoutPool(DataSource source) {
        if (!source.getClass().getName().equals(HIKARI)) return source;
        return DataSourceBuilder.derivedFrom(source)
                .type(SimpleDriverDataSource.class)
                .build();
    }
}
