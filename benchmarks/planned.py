"""Aims of rooms that are not built yet: their rows are there from the first day, so that none is forgotten.

Whoever builds a room measures its rows in a module of its own and takes them out here.
"""

from benchmarks.figures import Figure, Measure, NotMeasured, Values, at_least, at_most, none_of


def _later(missing: str, *figures: Figure) -> Measure:
    def run(full: bool) -> Values:
        raise NotMeasured(missing)

    return Measure(figures, run)


CUSTOMER = (
    _later(
        "the importer of whole files is not built yet",
        at_least("customer.import_rate_sqlite", 0.5, "of a plain script's rows/s"),
        at_least("customer.import_rate_postgresql", 0.5, "of a plain script's rows/s"),
    ),
    _later(
        "the packed profile is not built yet",
        at_most("customer.hot_path_growth_p99", 2, "of the same call with 1,000 customers, at 1,000,000"),
        at_most("customer.hot_path_sqlite_p99", 5, "ms"),
        at_most("customer.hot_path_postgresql_p99", 8, "ms"),
    ),
    _later(
        "customer value (BG/NBD) is not built yet",
        at_most("customer.cdnow_parameters_off", 1, "% from the published ones, worst of four"),
    ),
    _later(
        "erasure on every surface is not built yet",
        none_of("customer.forget_traces", "places that still know the person"),
        at_most("customer.forget_files_clean", 60, "s"),
        none_of("customer.forget_topics_left", "staff topics"),
        none_of("customer.crash_inconsistent", "inconsistent states after kill -9 in import, merge, erase, migration"),
    ),
    _later(
        "the events API is not built yet",
        none_of("customer.events_api_500s", "answers of 500 in 10,000 generated requests"),
        none_of("customer.import_unclear_refusals", "bad files without a clear refusal"),
    ),
)
PERSONAL = (
    _later(
        "the fitted suggestions are not built yet",
        at_least("personal.online_retail_r10", 0.175, "recall@10"),
        at_least("personal.online_retail_r20", 0.250, "recall@20"),
        Figure("personal.other_baskets_to_baselines", "of the best baseline's recall, worst fold", ">", 1),
        at_most("personal.suggestion_p99", 3, "ms, 1,000,000 customers, 10,000 products"),
        none_of("personal.why_not_largest_term", "suggestions whose why is not the score's largest term"),
    ),
    _later(
        "replenishment dates are not built yet",
        Figure("personal.replenishment_mae_to_baselines", "of the best median's error", "<", 1),
    ),
    _later(
        "the gate over all sources and its simulation are not built yet",
        none_of("personal.unwanted_suggestions", "in 100,000 simulated turns"),
    ),
    _later(
        "experiments are not built yet",
        at_most("personal.aa_false_alarms", 0.05, "of A/A tests with 30 looks"),
        at_least("personal.ab_power", 0.6, "power where a fixed test has 0.8"),
    ),
)
DESK = (
    _later(
        "the desk's simulated bad day is not built yet",
        none_of("desk.cases_lost", "cases"),
        none_of("desk.double_claims", "claims"),
        none_of("desk.cross_talk", "messages to the wrong customer"),
        none_of("desk.bot_while_held", "bot messages while a human holds the case"),
        at_most("desk.group_sends_per_minute", 20, "sends, worst minute"),
        at_most("desk.card_visible_p95", 5, "s, while the limit allows"),
        none_of("desk.urgency_out_of_order", "less urgent cards sent before more urgent ones that waited"),
    ),
    _later(
        "relaying of every message kind is not built yet",
        none_of("desk.kinds_neither_relayed_nor_refused", "message kinds, both ways"),
    ),
    _later(
        "the desk's crash test is not built yet",
        none_of("desk.crash_lost", "messages at 50 kills"),
        none_of("desk.crash_twice", "messages at 50 kills"),
        none_of("desk.crash_timers_lost", "timers at 50 kills"),
    ),
    _later(
        "the web desk of many agents is not built yet",
        none_of("desk.forbidden_actions_allowed", "forged, replayed or unauthorised actions"),
        none_of("desk.lost_updates", "in two browsers on one queue"),
    ),
)
STUDIO = (
    _later(
        "the policy studio is not built yet",
        at_most("studio.decide_500_policies_p99", 1, "ms"),
        at_most("studio.decide_growth", 2, "of the time with 50 policies, at 500"),
        at_least("studio.dry_run_rate", 5000, "turns/s, 100,000 turns"),
        at_most("studio.dry_run_memory_growth", 1.1, "of the memory after a tenth of the turns"),
        none_of("studio.random_policies_wrong", "of 1,000 decided otherwise than by the reference interpreter"),
        none_of("studio.damaged_policies_accepted", "of 1,000 damaged documents"),
        none_of("studio.template_escapes", "of 60 known escapes work"),
        none_of("studio.reworded_facts_changed", "of 100 injection attempts"),
        none_of("studio.publish_versions_wrong", "decisions with other than one version, at 200 messages/s"),
        none_of("studio.publish_lost", "messages at 200/s"),
        at_most("studio.publish_seen", 2, "s until every process uses it"),
        at_most("studio.clicks", 12, "clicks: change a text, dry-run, publish, roll back"),
    ),
)
FLEET = (
    _later(
        "the broker is not built yet",
        none_of("fleet.chaos_lost", "of 20,000 updates"),
        none_of("fleet.chaos_twice", "of 20,000 updates"),
        none_of("fleet.chaos_out_of_order", "of 20,000 updates"),
        none_of("fleet.chaos_said_while_held", "bot messages while a human holds the case"),
        at_least("fleet.one_worker_rate", 0.7, "of one embedded process's messages/s"),
        at_least("fleet.two_workers_rate", 0.7, "of one embedded process's messages/s, if each did 25 %"),
        at_most("fleet.update_to_sent_p99", 250, "ms at 50 messages/s"),
        at_most("fleet.backlog_memory", 64, "MB more with 100,000 updates waiting"),
        at_most("fleet.soak_memory_growth", 2, "% in 20 minutes"),
        none_of("fleet.soak_connections_leaked", "connections"),
        none_of("fleet.soak_tasks_leaked", "tasks"),
        none_of("fleet.compose_roles_failed", "roles of the compose file that do not answer"),
    ),
)
