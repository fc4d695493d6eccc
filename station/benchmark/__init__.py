"""The coach measured in public: virtual people, lying straps, late hands, others' rules and foresight."""
