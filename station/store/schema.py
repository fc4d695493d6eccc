"""The tables, as an ordered list of migrations: what each version of the database adds to the one before.

A migration that has been released is never edited; a change is a new one at the end.
"""

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        "CREATE TABLE station (id TEXT NOT NULL, created TEXT NOT NULL)",
        "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
        """CREATE TABLE session (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            pseudonym TEXT NOT NULL,
            plan TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('open', 'closed', 'recovered', 'discarded')),
            start_wall TEXT NOT NULL,
            started_at_s REAL NOT NULL,
            boot_id TEXT NOT NULL,
            clock_quality TEXT NOT NULL,
            hr_max_bpm INTEGER NOT NULL,
            sw_version TEXT NOT NULL,
            closed_at TEXT,
            summary TEXT
        )""",
        "CREATE INDEX session_by_pseudonym ON session (pseudonym, number)",
        # `n` counts a session's readings from 0: the order of the fold, whatever a clock may do.
        """CREATE TABLE reading (
            session INTEGER NOT NULL REFERENCES session (number),
            n INTEGER NOT NULL,
            at_s REAL NOT NULL,
            heart_rate_bpm INTEGER,
            speed_kmh REAL,
            incline_percent REAL,
            contact INTEGER,
            more TEXT,
            phase TEXT NOT NULL,
            interval INTEGER NOT NULL,
            zone_state TEXT NOT NULL,
            cue TEXT NOT NULL,
            PRIMARY KEY (session, n)
        ) WITHOUT ROWID""",
        """CREATE TABLE rr (
            session INTEGER NOT NULL,
            n INTEGER NOT NULL,
            ms BLOB NOT NULL,
            PRIMARY KEY (session, n),
            FOREIGN KEY (session, n) REFERENCES reading (session, n)
        ) WITHOUT ROWID""",
        # A row a change; both `reason` and the loads are NULL where an advice was withdrawn.
        """CREATE TABLE advice (
            session INTEGER NOT NULL,
            n INTEGER NOT NULL,
            at_s REAL NOT NULL,
            incline_percent REAL,
            speed_kmh REAL,
            reason TEXT,
            veto TEXT,
            json TEXT,
            PRIMARY KEY (session, n),
            FOREIGN KEY (session, n) REFERENCES reading (session, n)
        ) WITHOUT ROWID""",
        """CREATE TABLE event (
            id INTEGER PRIMARY KEY,
            session INTEGER NOT NULL REFERENCES session (number),
            at_s REAL NOT NULL,
            kind TEXT NOT NULL,
            json TEXT NOT NULL
        )""",
        "CREATE INDEX event_by_session ON event (session, id)",
        """CREATE TABLE outbox (
            id INTEGER PRIMARY KEY,
            session INTEGER NOT NULL REFERENCES session (number),
            target TEXT NOT NULL,
            dialect TEXT,
            content_sha256 TEXT,
            payload BLOB,
            state TEXT NOT NULL CHECK (state IN ('pending', 'sending', 'blocked', 'rejected', 'acked', 'purged')),
            attempts INTEGER NOT NULL DEFAULT 0,
            not_before TEXT,
            last_class TEXT,
            last_status INTEGER,
            last_error TEXT,
            created TEXT NOT NULL,
            acked_at TEXT,
            ack_json TEXT,
            UNIQUE (session, target)
        )""",
    ),
    # What the coach knew of the patient when the session began (a list), and what it had learnt at the end.
    (
        "ALTER TABLE session ADD COLUMN prior TEXT NOT NULL DEFAULT '[]'",
        "ALTER TABLE session ADD COLUMN learnt TEXT",
    ),
    # What was erased (sessions, never patients), whether the server knows, and what was deleted when.
    (
        """CREATE TABLE tombstone (
            session TEXT PRIMARY KEY,
            erased_at TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('local', 'pending', 'told')),
            told_at TEXT
        ) WITHOUT ROWID""",
        "CREATE TABLE audit (id INTEGER PRIMARY KEY, at TEXT NOT NULL, what TEXT NOT NULL, json TEXT NOT NULL)",
    ),
    # Patients, what was entered for them, therapists, and the audit as a chain. A patient is a code and a picture.
    (
        """CREATE TABLE person (
            id INTEGER PRIMARY KEY,
            code TEXT NOT NULL UNIQUE,
            picture TEXT NOT NULL,
            created TEXT NOT NULL,
            looked_to INTEGER NOT NULL DEFAULT 0
        )""",
        # Nothing is changed: the newest entry of a kind is in force, and the others are its history.
        """CREATE TABLE entry (
            id INTEGER PRIMARY KEY,
            person INTEGER NOT NULL REFERENCES person (id),
            kind TEXT NOT NULL CHECK (kind IN ('hr_max', 'plan', 'clearance', 'birth_year', 'medication')),
            at TEXT NOT NULL,
            entered_by TEXT NOT NULL,
            json TEXT NOT NULL
        )""",
        "CREATE INDEX entry_by_person ON entry (person, kind, id)",
        """CREATE TABLE proposal (
            id INTEGER PRIMARY KEY,
            person INTEGER NOT NULL REFERENCES person (id),
            bpm INTEGER NOT NULL,
            session TEXT NOT NULL UNIQUE,
            seen TEXT NOT NULL,
            answered TEXT,
            taken INTEGER
        )""",
        """CREATE TABLE therapist (
            number INTEGER PRIMARY KEY,
            sign TEXT NOT NULL UNIQUE,
            pin TEXT NOT NULL,
            added TEXT NOT NULL,
            removed TEXT
        )""",
        "ALTER TABLE session ADD COLUMN mode TEXT NOT NULL DEFAULT 'full'",
        "ALTER TABLE audit RENAME TO audit_unchained",
        # `facts` can be deleted with the patient they tell of; `commitment`, which stays, holds the chain together.
        """CREATE TABLE audit (
            n INTEGER PRIMARY KEY,
            at TEXT NOT NULL,
            who TEXT NOT NULL,
            what TEXT NOT NULL,
            facts TEXT,
            commitment TEXT NOT NULL,
            hash TEXT NOT NULL,
            erased_by INTEGER
        )""",
        """INSERT INTO audit (n, at, who, what, facts, commitment, hash)
        WITH RECURSIVE
            old AS (SELECT row_number() OVER (ORDER BY id) AS n, at, what, json FROM audit_unchained),
            chain (n, at, what, facts, hash) AS (
                SELECT 0, '', '', '', ''
                UNION ALL
                SELECT old.n, old.at, old.what, old.json,
                       sha256(json_array(old.n, old.at, 'station', old.what, sha256(old.json), chain.hash))
                FROM chain JOIN old ON old.n = chain.n + 1
            )
        SELECT n, at, 'station', what, facts, sha256(facts), hash FROM chain WHERE n > 0""",
        "DROP TABLE audit_unchained",
    ),
    # Whether anything of a session may have reached the server, and the session as only the clinic can read it.
    (
        "ALTER TABLE outbox ADD COLUMN has_left INTEGER NOT NULL DEFAULT 1",
        "ALTER TABLE outbox ADD COLUMN sealed BLOB",
        "ALTER TABLE outbox ADD COLUMN sealed_at TEXT",
        "ALTER TABLE outbox ADD COLUMN sent_before TEXT",
    ),
    # 1RM is entered as HRmax is, one an exercise.
    (
        "DROP INDEX entry_by_person",
        "ALTER TABLE entry RENAME TO entry_without_one_rm",
        """CREATE TABLE entry (
            id INTEGER PRIMARY KEY,
            person INTEGER NOT NULL REFERENCES person (id),
            kind TEXT NOT NULL CHECK (
                kind IN ('hr_max', 'plan', 'clearance', 'birth_year', 'medication', 'one_rm')
            ),
            at TEXT NOT NULL,
            entered_by TEXT NOT NULL,
            json TEXT NOT NULL
        )""",
        "INSERT INTO entry SELECT * FROM entry_without_one_rm",
        "DROP TABLE entry_without_one_rm",
        "CREATE INDEX entry_by_person ON entry (person, kind, id)",
    ),
    # What a proposed HRmax would be called: measured by a test, or what a session speaks for.
    ("ALTER TABLE proposal ADD COLUMN source TEXT NOT NULL DEFAULT 'session'",),
    # Erasures name the rows they took. For those before, this one names what it finds; from here on nothing can hide.
    (
        """INSERT INTO audit (n, at, who, what, facts, commitment, hash)
        WITH taken (n) AS (
                SELECT n FROM audit WHERE facts IS NULL AND erased_by IN (SELECT n FROM audit WHERE what = 'erased')
                ORDER BY n
            ),
            told (at, facts, many) AS (
                SELECT strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now'),
                       json_object('sessions', json_array(), 'entries', 0, 'rows', json_group_array(n)), count(*)
                FROM taken
            ),
            newest (n, hash) AS (SELECT n, hash FROM audit ORDER BY n DESC LIMIT 1)
        SELECT newest.n + 1, at, 'station', 'erased', facts, sha256(facts),
               sha256(json_array(newest.n + 1, at, 'station', 'erased', sha256(facts), newest.hash))
        FROM told, newest WHERE many > 0""",
    ),
)
