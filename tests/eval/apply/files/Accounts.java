package org.example.bank;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The accounts of one branch. */
public class Accounts {
    private static final int MAX_ACCOUNTS = 10_000;
    private static final BigDecimal FEE = new BigDecimal("0.25");

    private final Map<String, Account> accounts = new HashMap<>();
    private final List<String> journal = new ArrayList<>();

    public Account open(String owner) {
        if (accounts.size() >= MAX_ACCOUNTS) {
            throw new IllegalStateException("too many accounts");
        }
        String number = String.format("%08d", accounts.size() + 1);
        Account account = new Account(number, owner);
        accounts.put(number, account);
        journal.add("open " + number);
        return account;
    }

    public Optional<Account> find(String number) {
        return Optional.ofNullable(accounts.get(number));
    }

    /** Moves an amount; the sender pays the fee. */
    public boolean transfer(String from, String to, BigDecimal amount) {
        Account source = accounts.get(from);
        Account target = accounts.get(to);
        if (source == null || target == null) {
            return false;
        }
        BigDecimal total = amount.add(FEE);
        if (source.balance().compareTo(total) < 0) {
            journal.add("refused " + from);
            return false;
        }
        source.withdraw(total);
        target.deposit(amount);
        journal.add("moved " + amount + " from " + from + " to " + to);
        return true;
    }

    public BigDecimal sum() {
        BigDecimal sum = BigDecimal.ZERO;
        for (Account account : accounts.values()) {
            sum = sum.add(account.balance());
        }
        return sum;
    }

    public List<String> report() {
        List<String> rows = new ArrayList<>();
        for (Account account : accounts.values()) {
            rows.add(account.describe());
        }
        rows.sort(String::compareTo);
        return rows;
    }

    public void close(String number) {
        Account account = accounts.remove(number);
        if (account == null) {
            throw new IllegalArgumentException("no account " + number);
        }
        journal.add("close " + number);
    }

    @Override
    public String toString() {
        int count = accounts.size();
        return count + " accounts, " + journal.size() + " entries";
    }

    /** One account. */
    public static class Account {
        private final String number;
        private final String owner;
        private final Instant opened = Instant.now();
        private BigDecimal balance = BigDecimal.ZERO;

        Account(String number, String owner) {
            this.number = number;
            this.owner = owner;
        }

        public BigDecimal balance() {
            return balance;
        }

        public void deposit(BigDecimal amount) {
            if (amount.signum() <= 0) {
                throw new IllegalArgumentException("amount must be positive");
            }
            balance = balance.add(amount);
        }

        public void withdraw(BigDecimal amount) {
            if (amount.compareTo(balance) > 0) {
                throw new IllegalStateException("not enough money");
            }
            balance = balance.subtract(amount);
        }

        public String describe() {
            String since = opened.toString().substring(0, 10);
            return number + " " + owner + " since " + since + ": " + balance;
        }

        @Override
        public String toString() {
            return describe();
        }
    }
}
