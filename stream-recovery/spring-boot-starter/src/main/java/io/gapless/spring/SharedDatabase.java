package io.gapless.spring;

import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;

/** Finds the database of a shared state among the beans. */
final class SharedDatabase {
    private SharedDatabase() {}

    static Optional<DataSource> of(GaplessProperties.SharedState settings, BeanFactory beans) {
        if (settings.getName() == null) return Optional.empty();
        String bean = settings.getDataSource();
        try {
            return Optional.of(found(bean, beans));
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
}
