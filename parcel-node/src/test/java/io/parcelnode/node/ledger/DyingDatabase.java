package io.parcelnode.node.ledger;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.regex.Pattern;

/** Does so many statements that change something; the next one fails, and so does all that follows if it is dead. */
final class DyingDatabase implements Database {
    private static final Pattern CHANGE = Pattern.compile("\\s*(--.*\\s+)*(CREATE|DROP|ALTER|INSERT|UPDATE|DELETE)\\b");

    private final Database database;
    private final boolean staysDead;
    private int left;
    private boolean died;

    DyingDatabase(Database database, int changes, boolean staysDead) {
        this.database = database;
        this.left = changes;
        this.staysDead = staysDead;
    }

    boolean died() {
        return died;
    }

    @Override
    public Connection connect() throws SQLException {
        Connection real = database.connect();
        return proxy(Connection.class, (self, method, arguments) -> {
            if (method.getName().equals("prepareStatement")) {
                return watched((Statement) call(real, method, arguments), (String) arguments[0]);
            }
            if (method.getName().equals("createStatement")) {
                return watched((Statement) call(real, method, arguments), null);
            }
            return call(real, method, arguments);
        });
    }

    private Statement watched(Statement real, String prepared) {
        return proxy(PreparedStatement.class, (self, method, arguments) -> {
            if (method.getName().startsWith("execute")) {
                count(arguments == null ? prepared : (String) arguments[0]);
            }
            return call(real, method, arguments);
        });
    }

    private void count(String sql) throws SQLException {
        if (CHANGE.matcher(sql).lookingAt() && left-- <= 0 && (staysDead || !died)) {
            died = true;
            throw new SQLException("dead, as the test wants it, at: " + sql);
        }
    }

    @Override
    public String upsert(String table, List<String> columns) {
        return database.upsert(table, columns);
    }

    @Override
    public void force(Connection connection) throws SQLException {
        database.force(connection);
    }

    @Override
    public boolean isShared() {
        return database.isShared();
    }

    @Override
    public String text() {
        return database.text();
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static Object call(Object real, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(real, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
