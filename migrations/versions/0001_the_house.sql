-- The tables of the product as of its first revision.

CREATE TABLE domain_event (
    id UUID NOT NULL,
    transaction BIGINT DEFAULT (pg_current_xact_id()::text)::bigint NOT NULL,
    name VARCHAR NOT NULL,
    record_id UUID NOT NULL,
    payload JSONB NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_domain_event PRIMARY KEY (id)
);

CREATE INDEX ix_domain_event_transaction_id ON domain_event (transaction, id);

CREATE TABLE lifecycle_history (
    id UUID NOT NULL,
    resource VARCHAR NOT NULL,
    record_id UUID NOT NULL,
    verb VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    target VARCHAR NOT NULL,
    clauses TEXT[] NOT NULL,
    account_id UUID,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    note VARCHAR,
    CONSTRAINT pk_lifecycle_history PRIMARY KEY (id)
);

CREATE INDEX ix_lifecycle_history_record ON lifecycle_history (record_id, at);

CREATE TABLE department (
    id UUID NOT NULL,
    code VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    parent_id UUID,
    head_id UUID,
    active BOOLEAN NOT NULL,
    version BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    search_text TEXT NOT NULL,
    search_tokens TEXT[] NOT NULL,
    CONSTRAINT pk_department PRIMARY KEY (id),
    CONSTRAINT uq_department_code UNIQUE (code),
    CONSTRAINT fk_department_parent_id FOREIGN KEY(parent_id) REFERENCES department (id)
);

CREATE INDEX ix_department_search_tokens ON department USING gin (search_tokens) WITH (gin_pending_list_limit = 256);

CREATE TABLE limit_setting (
    id UUID NOT NULL,
    name VARCHAR NOT NULL,
    amount DOUBLE PRECISION NOT NULL,
    version BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    CONSTRAINT pk_limit_setting PRIMARY KEY (id),
    CONSTRAINT uq_limit_setting_name UNIQUE (name)
);

CREATE TABLE working_hours (
    id UUID NOT NULL,
    begins TIME WITHOUT TIME ZONE NOT NULL,
    ends TIME WITHOUT TIME ZONE NOT NULL,
    version BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    CONSTRAINT pk_working_hours PRIMARY KEY (id)
);

CREATE TABLE calendar_exception (
    id UUID NOT NULL,
    day DATE NOT NULL,
    intervals JSONB NOT NULL,
    reason VARCHAR NOT NULL,
    version BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    CONSTRAINT pk_calendar_exception PRIMARY KEY (id),
    CONSTRAINT uq_calendar_exception_day UNIQUE (day)
);

CREATE TABLE audit_entry (
    id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    account_id UUID,
    action VARCHAR NOT NULL,
    resource VARCHAR NOT NULL,
    record_id UUID,
    clauses TEXT[] NOT NULL,
    changes JSONB NOT NULL,
    request_id VARCHAR,
    address VARCHAR,
    CONSTRAINT pk_audit_entry PRIMARY KEY (id)
);

CREATE INDEX ix_audit_entry_account ON audit_entry (account_id, id);

CREATE INDEX ix_audit_entry_record ON audit_entry (record_id, id);

CREATE OR REPLACE FUNCTION refuse_to_change_audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is only added to (7.3.1)' USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER only_added_to BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_audit();

CREATE TABLE control_result (
    id UUID NOT NULL,
    control VARCHAR NOT NULL,
    clause VARCHAR NOT NULL,
    measured_at TIMESTAMP WITH TIME ZONE NOT NULL,
    since TIMESTAMP WITH TIME ZONE NOT NULL,
    until TIMESTAMP WITH TIME ZONE NOT NULL,
    population BIGINT NOT NULL,
    failing BIGINT NOT NULL,
    share DOUBLE PRECISION,
    figure DOUBLE PRECISION,
    state VARCHAR NOT NULL,
    CONSTRAINT pk_control_result PRIMARY KEY (id)
);

CREATE INDEX ix_control_result_control ON control_result (control, measured_at);

CREATE INDEX ix_control_result_clause ON control_result (clause, measured_at);

CREATE TABLE analytics_event (
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    id UUID NOT NULL,
    received_at TIMESTAMP WITH TIME ZONE NOT NULL,
    kind VARCHAR NOT NULL,
    entry BOOLEAN NOT NULL,
    session VARCHAR NOT NULL,
    visitor VARCHAR,
    consent BOOLEAN NOT NULL,
    host VARCHAR NOT NULL,
    path VARCHAR NOT NULL,
    title VARCHAR,
    referrer VARCHAR,
    utm_source VARCHAR,
    utm_medium VARCHAR,
    utm_campaign VARCHAR,
    utm_content VARCHAR,
    utm_term VARCHAR,
    zl VARCHAR,
    link_id UUID,
    channel_id UUID,
    campaign_id UUID,
    device VARCHAR NOT NULL,
    CONSTRAINT pk_analytics_event PRIMARY KEY (at, id)
)
 PARTITION BY RANGE (at);

CREATE INDEX ix_analytics_event_entry ON analytics_event (at, id) WHERE entry;

CREATE INDEX ix_analytics_event_session ON analytics_event (session);

CREATE INDEX ix_analytics_event_channel ON analytics_event (channel_id, at, id) WHERE channel_id IS NOT NULL;

CREATE INDEX ix_analytics_event_campaign ON analytics_event (campaign_id, at, id) WHERE campaign_id IS NOT NULL;

CREATE TABLE sales_scoring_model (
    id UUID NOT NULL,
    number BIGINT NOT NULL,
    name VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    intent_rules JSONB NOT NULL,
    intent_max SMALLINT NOT NULL,
    fit_rules JSONB NOT NULL,
    fit_max SMALLINT NOT NULL,
    key_from SMALLINT NOT NULL,
    adopted_at TIMESTAMP WITH TIME ZONE,
    retired_at TIMESTAMP WITH TIME ZONE,
    version BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    CONSTRAINT pk_sales_scoring_model PRIMARY KEY (id),
    CONSTRAINT uq_sales_scoring_model_number UNIQUE (number)
);

CREATE UNIQUE INDEX uq_sales_scoring_model_adopted ON sales_scoring_model (status) WHERE status = 'adopted';

CREATE INDEX ix_sales_scoring_model_updated_at ON sales_scoring_model (updated_at, id);

CREATE TABLE file (
    id UUID NOT NULL,
    filename VARCHAR NOT NULL,
    content_type VARCHAR NOT NULL,
    size BIGINT NOT NULL,
    sha256 VARCHAR(64) NOT NULL,
    use VARCHAR NOT NULL,
    stored_as VARCHAR NOT NULL,
    version BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    CONSTRAINT pk_file PRIMARY KEY (id),
    CONSTRAINT uq_file_stored_as UNIQUE (stored_as)
);

CREATE TABLE sales_import_progress (
    import_id UUID NOT NULL,
    done BIGINT NOT NULL,
    CONSTRAINT pk_sales_import_progress PRIMARY KEY (import_id)
);

CREATE TABLE catalog_product (
    id UUID NOT NULL,
    sku VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    category VARCHAR,
    unit VARCHAR NOT NULL,
    price_fen BIGINT NOT NULL,
    tax_rate NUMERIC(5, 2) NOT NULL,
    needs_setup BOOLEAN NOT NULL,
    return_exemption VARCHAR,
    description VARCHAR,
    website VARCHAR,
    material_ids UUID[] NOT NULL,
    status VARCHAR NOT NULL,
    version BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    search_text TEXT NOT NULL,
    search_tokens TEXT[] NOT NULL,
    CONSTRAINT pk_catalog_product PRIMARY KEY (id),
    CONSTRAINT ck_catalog_product_price CHECK (price_fen >= 0),
    CONSTRAINT ck_catalog_product_tax_rate CHECK (tax_rate BETWEEN 0 AND 100),
    CONSTRAINT uq_catalog_product_sku UNIQUE (sku)
);

CREATE INDEX ix_catalog_product_updated_at ON catalog_product (updated_at, id);

CREATE INDEX ix_catalog_product_search_tokens ON catalog_product USING gin (search_tokens) WITH (gin_pending_list_limit = 256);

CREATE INDEX ix_catalog_product_name ON catalog_product (name, id);

CREATE TABLE analytics_mark (
    day DATE NOT NULL
);

CREATE TABLE idempotency_key (
    caller UUID NOT NULL,
    operation VARCHAR NOT NULL,
    key VARCHAR NOT NULL,
    fingerprint BYTEA NOT NULL,
    status BIGINT NOT NULL,
    headers JSONB NOT NULL,
    body BYTEA NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_idempotency_key PRIMARY KEY (caller, operation, key)
);

CREATE INDEX ix_idempotency_key_at ON idempotency_key (at);

CREATE TABLE sign_in_tries (
    key BYTEA NOT NULL,
    since TIMESTAMP WITH TIME ZONE NOT NULL,
    tries BIGINT NOT NULL,
    CONSTRAINT pk_sign_in_tries PRIMARY KEY (key)
);

CREATE TABLE sales_form_tries (
    address_hash BYTEA NOT NULL,
    hour TIMESTAMP WITH TIME ZONE NOT NULL,
    tries BIGINT NOT NULL,
    CONSTRAINT pk_sales_form_tries PRIMARY KEY (address_hash, hour)
);

CREATE TABLE audit_seal (
    seq BIGINT NOT NULL,
    entry_id UUID NOT NULL,
    previous BYTEA NOT NULL,
    hash BYTEA NOT NULL,
    CONSTRAINT pk_audit_seal PRIMARY KEY (seq),
    CONSTRAINT uq_audit_seal_entry_id UNIQUE (entry_id)
);

CREATE OR REPLACE FUNCTION refuse_to_change_audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is only added to (7.3.1)' USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER only_added_to BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_seal
FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_audit();

CREATE TABLE tech_audit_verification (
    id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    asked_by UUID,
    status VARCHAR NOT NULL,
    entries BIGINT NOT NULL,
    unsealed BIGINT NOT NULL,
    faults BIGINT NOT NULL,
    findings JSONB NOT NULL,
    head_seq BIGINT,
    CONSTRAINT pk_tech_audit_verification PRIMARY KEY (id)
);

CREATE INDEX ix_tech_audit_verification_at ON tech_audit_verification (at);

CREATE TABLE tech_key_rotation (
    id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    asked_by UUID,
    key_number BIGINT NOT NULL,
    status VARCHAR NOT NULL,
    total BIGINT NOT NULL,
    done BIGINT NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_tech_key_rotation PRIMARY KEY (id)
);

CREATE INDEX ix_tech_key_rotation_at ON tech_key_rotation (at);

CREATE TABLE account (
    id UUID NOT NULL,
    login VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    department_id UUID,
    leader_id UUID,
    region VARCHAR,
    skills VARCHAR,
    status VARCHAR NOT NULL,
    language VARCHAR NOT NULL,
    password_hash VARCHAR,
    password_changed_at TIMESTAMP WITH TIME ZONE,
    must_change_password BOOLEAN NOT NULL,
    totp_sealed BYTEA,
    totp_pending_sealed BYTEA,
    totp_step BIGINT,
    last_seen_at TIMESTAMP WITH TIME ZONE,
    phone_sealed BYTEA,
    phone_masked TEXT,
    phone_index BYTEA,
    phone_last4 BYTEA,
    email_sealed BYTEA,
    email_masked TEXT,
    email_index BYTEA,
    version BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    search_text TEXT NOT NULL,
    search_tokens TEXT[] NOT NULL,
    CONSTRAINT pk_account PRIMARY KEY (id),
    CONSTRAINT uq_account_login UNIQUE (login),
    CONSTRAINT fk_account_department_id FOREIGN KEY(department_id) REFERENCES department (id),
    CONSTRAINT fk_account_leader_id FOREIGN KEY(leader_id) REFERENCES account (id)
);

CREATE INDEX ix_account_phone_index ON account (phone_index);

CREATE INDEX ix_account_search_tokens ON account USING gin (search_tokens) WITH (gin_pending_list_limit = 256);

CREATE INDEX ix_account_phone_last4 ON account (phone_last4);

CREATE INDEX ix_account_leader_id ON account (leader_id);

CREATE INDEX ix_account_department_id ON account (department_id);

CREATE INDEX ix_account_email_index ON account (email_index);

CREATE TABLE sales_routing_rule (
    id UUID NOT NULL,
    name VARCHAR NOT NULL,
    position SMALLINT NOT NULL,
    active BOOLEAN NOT NULL,
    source_ids JSONB NOT NULL,
    channel_ids JSONB NOT NULL,
    regions JSONB NOT NULL,
    products JSONB NOT NULL,
    min_score SMALLINT NOT NULL,
    max_score SMALLINT NOT NULL,
    account_ids JSONB NOT NULL,
    post VARCHAR NOT NULL,
    department_id UUID,
    territory VARCHAR NOT NULL,
    skill VARCHAR NOT NULL,
    capacity SMALLINT NOT NULL,
    outside_hours BOOLEAN NOT NULL,
    version BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    CONSTRAINT pk_sales_routing_rule PRIMARY KEY (id),
    CONSTRAINT fk_sales_routing_rule_department_id FOREIGN KEY(department_id) REFERENCES department (id)
);

CREATE INDEX ix_sales_routing_rule_position ON sales_routing_rule (position, id);

CREATE TABLE post_holding (
    id UUID NOT NULL,
    account_id UUID NOT NULL,
    post VARCHAR NOT NULL,
    begins_on DATE NOT NULL,
    ends_on DATE,
    version BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    CONSTRAINT pk_post_holding PRIMARY KEY (id),
    CONSTRAINT uq_post_holding_account_id_post_begins_on UNIQUE (account_id, post, begins_on),
    CONSTRAINT fk_post_holding_account_id FOREIGN KEY(account_id) REFERENCES account (id)
);

CREATE INDEX ix_post_holding_account_id ON post_holding (account_id);

CREATE INDEX ix_post_holding_post ON post_holding (post);

CREATE TABLE absence (
    id UUID NOT NULL,
    account_id UUID NOT NULL,
    delegate_id UUID,
    begins_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
    kind VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    version BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    CONSTRAINT pk_absence PRIMARY KEY (id),
    CONSTRAINT fk_absence_account_id FOREIGN KEY(account_id) REFERENCES account (id),
    CONSTRAINT fk_absence_delegate_id FOREIGN KEY(delegate_id) REFERENCES account (id)
);

CREATE INDEX ix_absence_account_id ON absence (account_id, begins_at);

CREATE INDEX ix_absence_delegate_id ON absence (delegate_id, begins_at);

CREATE TABLE sign_in_session (
    id UUID NOT NULL,
    account_id UUID NOT NULL,
    client VARCHAR NOT NULL,
    device VARCHAR,
    address VARCHAR,
    last_used_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    revoked_at TIMESTAMP WITH TIME ZONE,
    revoked_why VARCHAR,
    version BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    CONSTRAINT pk_sign_in_session PRIMARY KEY (id),
    CONSTRAINT fk_sign_in_session_account_id FOREIGN KEY(account_id) REFERENCES account (id)
);

CREATE INDEX ix_sign_in_session_account_id ON sign_in_session (account_id, created_at);

CREATE TABLE regulation_obligation (
    id UUID NOT NULL,
    kind VARCHAR NOT NULL,
    resource VARCHAR NOT NULL,
    clause VARCHAR NOT NULL,
    record_id UUID NOT NULL,
    record_title VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE NOT NULL,
    warn_at TIMESTAMP WITH TIME ZONE NOT NULL,
    climb_at TIMESTAMP WITH TIME ZONE NOT NULL,
    next_at TIMESTAMP WITH TIME ZONE,
    level BIGINT NOT NULL,
    climbed_to_id UUID,
    met_at TIMESTAMP WITH TIME ZONE,
    owner_id UUID,
    department_id UUID,
    version BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    CONSTRAINT pk_regulation_obligation PRIMARY KEY (id),
    CONSTRAINT fk_regulation_obligation_climbed_to_id FOREIGN KEY(climbed_to_id) REFERENCES account (id),
    CONSTRAINT fk_regulation_obligation_owner_id FOREIGN KEY(owner_id) REFERENCES account (id),
    CONSTRAINT fk_regulation_obligation_department_id FOREIGN KEY(department_id) REFERENCES department (id)
);

CREATE INDEX ix_obligation_department ON regulation_obligation (department_id, status, due_at);

CREATE INDEX ix_obligation_unheld ON regulation_obligation (department_id, due_at) WHERE owner_id IS NULL AND status IN ('due', 'warned', 'late');

CREATE INDEX ix_obligation_due_at ON regulation_obligation (due_at, id);

CREATE INDEX ix_obligation_holder ON regulation_obligation (owner_id, status, due_at);

CREATE INDEX ix_obligation_next ON regulation_obligation (next_at) WHERE next_at IS NOT NULL;

CREATE INDEX ix_obligation_climbed ON regulation_obligation (climbed_to_id, due_at) WHERE status = 'late';

CREATE INDEX ix_obligation_kind ON regulation_obligation (kind, opened_at);

CREATE INDEX ix_obligation_clause ON regulation_obligation (clause, status) WHERE status IN ('due', 'warned', 'late');

CREATE INDEX ix_obligation_record ON regulation_obligation (record_id, kind);

CREATE TABLE notification (
    id UUID NOT NULL,
    account_id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    kind VARCHAR NOT NULL,
    clause VARCHAR,
    resource VARCHAR,
    record_id UUID,
    title_zh VARCHAR NOT NULL,
    title_en VARCHAR NOT NULL,
    read_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_notification PRIMARY KEY (id),
    CONSTRAINT fk_notification_account_id FOREIGN KEY(account_id) REFERENCES account (id)
);

CREATE INDEX ix_notification_account ON notification (account_id, at, id);

CREATE INDEX ix_notification_unread ON notification (account_id) WHERE read_at IS NULL;

CREATE TABLE marketing_channel (
    id UUID NOT NULL,
    code VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    website VARCHAR,
    status VARCHAR NOT NULL,
    score NUMERIC(4, 1),
    approved_until DATE,
    owner_id UUID,
    department_id UUID,
    version BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    search_text TEXT NOT NULL,
    search_tokens TEXT[] NOT NULL,
    CONSTRAINT pk_marketing_channel PRIMARY KEY (id),
    CONSTRAINT uq_marketing_channel_code UNIQUE (code),
    CONSTRAINT fk_marketing_channel_owner_id FOREIGN KEY(owner_id) REFERENCES account (id),
    CONSTRAINT fk_marketing_channel_department_id FOREIGN KEY(department_id) REFERENCES department (id)
);

CREATE INDEX ix_marketing_channel_updated_at ON marketing_channel (updated_at, id);

CREATE INDEX ix_marketing_channel_owner_id_updated_at ON marketing_channel (owner_id, updated_at, id);

CREATE INDEX ix_marketing_channel_department_id_updated_at ON marketing_channel (department_id, updated_at, id);

CREATE INDEX ix_marketing_channel_search_tokens ON marketing_channel USING gin (search_tokens) WITH (gin_pending_list_limit = 256);

CREATE UNIQUE INDEX uq_marketing_channel_code_lower ON marketing_channel (lower(code));

CREATE TABLE regulation_version (
    id UUID NOT NULL,
    number BIGINT NOT NULL,
    title VARCHAR NOT NULL,
    summary VARCHAR,
    status VARCHAR NOT NULL,
    based_on_id UUID,
    in_force_from DATE,
    submitted_by UUID,
    approved_by UUID,
    editors JSONB NOT NULL,
    published_at TIMESTAMP WITH TIME ZONE,
    version BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    CONSTRAINT pk_regulation_version PRIMARY KEY (id),
    CONSTRAINT uq_regulation_version_number UNIQUE (number),
    CONSTRAINT fk_regulation_version_based_on_id FOREIGN KEY(based_on_id) REFERENCES regulation_version (id),
    CONSTRAINT fk_regulation_version_submitted_by FOREIGN KEY(submitted_by) REFERENCES account (id),
    CONSTRAINT fk_regulation_version_approved_by FOREIGN KEY(approved_by) REFERENCES account (id)
);

CREATE TABLE sales_lead_import (
    id UUID NOT NULL,
    file_id UUID NOT NULL,
    filename VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    columns JSONB NOT NULL,
    mapping JSONB NOT NULL,
    rows BIGINT NOT NULL,
    to_create BIGINT NOT NULL,
    to_update BIGINT NOT NULL,
    to_skip BIGINT NOT NULL,
    refused BIGINT NOT NULL,
    taken_back BIGINT NOT NULL,
    kept_back BIGINT NOT NULL,
    trouble_zh VARCHAR,
    trouble_en VARCHAR,
    owner_id UUID,
    department_id UUID,
    version BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    CONSTRAINT pk_sales_lead_import PRIMARY KEY (id),
    CONSTRAINT fk_sales_lead_import_file_id FOREIGN KEY(file_id) REFERENCES file (id),
    CONSTRAINT fk_sales_lead_import_owner_id FOREIGN KEY(owner_id) REFERENCES account (id),
    CONSTRAINT fk_sales_lead_import_department_id FOREIGN KEY(department_id) REFERENCES department (id)
);

CREATE INDEX ix_sales_lead_import_department_id_updated_at ON sales_lead_import (department_id, updated_at, id);

CREATE INDEX ix_sales_lead_import_owner_id_updated_at ON sales_lead_import (owner_id, updated_at, id);

CREATE INDEX ix_sales_lead_import_updated_at ON sales_lead_import (updated_at, id);

CREATE TABLE sales_import_mapping (
    id UUID NOT NULL,
    name VARCHAR NOT NULL,
    headers JSONB NOT NULL,
    mapping JSONB NOT NULL,
    owner_id UUID,
    department_id UUID,
    version BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    CONSTRAINT pk_sales_import_mapping PRIMARY KEY (id),
    CONSTRAINT uq_sales_import_mapping_name UNIQUE (name),
    CONSTRAINT fk_sales_import_mapping_owner_id FOREIGN KEY(owner_id) REFERENCES account (id),
    CONSTRAINT fk_sales_import_mapping_department_id FOREIGN KEY(department_id) REFERENCES department (id)
);

CREATE TABLE org_handover (
    id UUID NOT NULL,
    resource VARCHAR NOT NULL,
    record_id UUID NOT NULL,
    record_title VARCHAR NOT NULL,
    checklist JSONB NOT NULL,
    status VARCHAR NOT NULL,
    from_department_id UUID,
    offered_by UUID,
    offered_at TIMESTAMP WITH TIME ZONE NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE NOT NULL,
    answered_at TIMESTAMP WITH TIME ZONE,
    accepted_by UUID,
    reason VARCHAR,
    owner_id UUID,
    department_id UUID,
    version BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    CONSTRAINT pk_org_handover PRIMARY KEY (id),
    CONSTRAINT fk_org_handover_from_department_id FOREIGN KEY(from_department_id) REFERENCES department (id),
    CONSTRAINT fk_org_handover_offered_by FOREIGN KEY(offered_by) REFERENCES account (id),
    CONSTRAINT fk_org_handover_accepted_by FOREIGN KEY(accepted_by) REFERENCES account (id),
    CONSTRAINT fk_org_handover_owner_id FOREIGN KEY(owner_id) REFERENCES account (id),
    CONSTRAINT fk_org_handover_department_id FOREIGN KEY(department_id) REFERENCES department (id)
);

CREATE INDEX ix_org_handover_owner_id_offered_at ON org_handover (owner_id, offered_at, id);

CREATE UNIQUE INDEX uq_org_handover_standing ON org_handover (record_id, department_id) WHERE status <> 'done';

CREATE INDEX ix_org_handover_department_id_offered_at ON org_handover (department_id, offered_at, id);

CREATE INDEX ix_org_handover_record_id ON org_handover (record_id);

CREATE INDEX ix_org_handover_offered_at ON org_handover (offered_at, id);

CREATE INDEX ix_org_handover_waiting ON org_handover (department_id, due_at) WHERE status = 'offered';

CREATE TABLE service_message (
    id UUID NOT NULL,
    kind VARCHAR NOT NULL,
    channel VARCHAR NOT NULL,
    to_name VARCHAR NOT NULL,
    subject VARCHAR NOT NULL,
    body VARCHAR NOT NULL,
    order_id UUID,
    customer_id UUID,
    lead_id UUID,
    status VARCHAR NOT NULL,
    attempts BIGINT NOT NULL,
    error VARCHAR,
    sent_at TIMESTAMP WITH TIME ZONE,
    caught BOOLEAN NOT NULL,
    email_sealed BYTEA,
    email_masked TEXT,
    email_index BYTEA,
    owner_id UUID,
    department_id UUID,
    version BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    search_text TEXT NOT NULL,
    search_tokens TEXT[] NOT NULL,
    CONSTRAINT pk_service_message PRIMARY KEY (id),
    CONSTRAINT fk_service_message_owner_id FOREIGN KEY(owner_id) REFERENCES account (id),
    CONSTRAINT fk_service_message_department_id FOREIGN KEY(department_id) REFERENCES department (id)
);

CREATE INDEX ix_service_message_owner_id_created_at ON service_message (owner_id, created_at, id);

CREATE INDEX ix_service_message_created_at ON service_message (created_at, id);

CREATE INDEX ix_service_message_department_id_created_at ON service_message (department_id, created_at, id);

CREATE INDEX ix_service_message_status ON service_message (status, created_at);

CREATE INDEX ix_service_message_order_id ON service_message (order_id);

CREATE INDEX ix_service_message_search_tokens ON service_message USING gin (search_tokens) WITH (gin_pending_list_limit = 256);

CREATE INDEX ix_service_message_email_index ON service_message (email_index);

CREATE INDEX ix_service_message_customer_id ON service_message (customer_id);

CREATE INDEX ix_service_message_lead_id ON service_message (lead_id);

CREATE TABLE recovery_code (
    id UUID NOT NULL,
    account_id UUID NOT NULL,
    code_hash BYTEA NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_recovery_code PRIMARY KEY (id),
    CONSTRAINT fk_recovery_code_account_id FOREIGN KEY(account_id) REFERENCES account (id)
);

CREATE INDEX ix_recovery_code_account_id ON recovery_code (account_id, code_hash);

CREATE TABLE regulation_clause (
    id UUID NOT NULL,
    version_id UUID NOT NULL,
    clause VARCHAR NOT NULL,
    chapter VARCHAR NOT NULL,
    position BIGINT NOT NULL,
    owner VARCHAR,
    title_zh VARCHAR,
    title_en VARCHAR,
    zh VARCHAR,
    en VARCHAR,
    serves JSONB NOT NULL,
    control_zh VARCHAR,
    control_en VARCHAR,
    version BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    CONSTRAINT pk_regulation_clause PRIMARY KEY (id),
    CONSTRAINT uq_regulation_clause_version_id_clause UNIQUE (version_id, clause),
    CONSTRAINT fk_regulation_clause_version_id FOREIGN KEY(version_id) REFERENCES regulation_version (id)
);

CREATE TABLE marketing_campaign (
    id UUID NOT NULL,
    code VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    channel_id UUID NOT NULL,
    status VARCHAR NOT NULL,
    begins_on DATE NOT NULL,
    ends_on DATE NOT NULL,
    budget_fen BIGINT NOT NULL,
    leads_target BIGINT NOT NULL,
    orders_target BIGINT NOT NULL,
    revenue_target_fen BIGINT NOT NULL,
    audience VARCHAR NOT NULL,
    message VARCHAR NOT NULL,
    plan VARCHAR NOT NULL,
    submitted_by UUID,
    approved_by UUID,
    approved_at TIMESTAMP WITH TIME ZONE,
    started_at TIMESTAMP WITH TIME ZONE,
    finished_at TIMESTAMP WITH TIME ZONE,
    worked VARCHAR,
    failed VARCHAR,
    next_time VARCHAR,
    reviewed_at TIMESTAMP WITH TIME ZONE,
    owner_id UUID,
    department_id UUID,
    version BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    search_text TEXT NOT NULL,
    search_tokens TEXT[] NOT NULL,
    CONSTRAINT pk_marketing_campaign PRIMARY KEY (id),
    CONSTRAINT ck_marketing_campaign_period CHECK (ends_on >= begins_on),
    CONSTRAINT ck_marketing_campaign_budget CHECK (budget_fen >= 0),
    CONSTRAINT uq_marketing_campaign_code UNIQUE (code),
    CONSTRAINT fk_marketing_campaign_channel_id FOREIGN KEY(channel_id) REFERENCES marketing_channel (id),
    CONSTRAINT fk_marketing_campaign_submitted_by FOREIGN KEY(submitted_by) REFERENCES account (id),
    CONSTRAINT fk_marketing_campaign_approved_by FOREIGN KEY(approved_by) REFERENCES account (id),
    CONSTRAINT fk_marketing_campaign_owner_id FOREIGN KEY(owner_id) REFERENCES account (id),
    CONSTRAINT fk_marketing_campaign_department_id FOREIGN KEY(department_id) REFERENCES department (id)
);

CREATE UNIQUE INDEX uq_marketing_campaign_code_lower ON marketing_campaign (lower(code));

CREATE INDEX ix_marketing_campaign_owner_id_updated_at ON marketing_campaign (owner_id, updated_at, id);

CREATE INDEX ix_marketing_campaign_department_id_updated_at ON marketing_campaign (department_id, updated_at, id);

CREATE INDEX ix_marketing_campaign_search_tokens ON marketing_campaign USING gin (search_tokens) WITH (gin_pending_list_limit = 256);

CREATE INDEX ix_marketing_campaign_updated_at ON marketing_campaign (updated_at, id);

CREATE INDEX ix_marketing_campaign_channel_id ON marketing_campaign (channel_id, updated_at, id);

CREATE INDEX ix_marketing_campaign_begins_on ON marketing_campaign (begins_on, id);

CREATE TABLE sales_lead_source (
    id UUID NOT NULL,
    code VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    channel_id UUID,
    active BOOLEAN NOT NULL,
    version BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    CONSTRAINT pk_sales_lead_source PRIMARY KEY (id),
    CONSTRAINT uq_sales_lead_source_code UNIQUE (code),
    CONSTRAINT fk_sales_lead_source_channel_id FOREIGN KEY(channel_id) REFERENCES marketing_channel (id)
);

CREATE TABLE sales_import_row (
    import_id UUID NOT NULL,
    number BIGINT NOT NULL,
    verdict VARCHAR NOT NULL,
    reasons JSONB NOT NULL,
    lead_id UUID NOT NULL,
    matched_by VARCHAR,
    filled TEXT[] NOT NULL,
    entered_version BIGINT,
    taken_back BOOLEAN DEFAULT 'false' NOT NULL,
    name VARCHAR,
    company VARCHAR,
    title VARCHAR,
    phone_sealed BYTEA,
    phone_masked VARCHAR,
    phone_index BYTEA,
    phone_last4 BYTEA,
    email_sealed BYTEA,
    email_masked VARCHAR,
    email_index BYTEA,
    region VARCHAR,
    need VARCHAR,
    product_interest VARCHAR,
    budget_fen BIGINT,
    source_id UUID,
    landing_page VARCHAR,
    external_id VARCHAR,
    original_author VARCHAR,
    arrived_at TIMESTAMP WITH TIME ZONE,
    facts JSONB NOT NULL,
    search_text VARCHAR NOT NULL,
    search_tokens TEXT[] NOT NULL,
    CONSTRAINT pk_sales_import_row PRIMARY KEY (import_id, number),
    CONSTRAINT fk_sales_import_row_import_id FOREIGN KEY(import_id) REFERENCES sales_lead_import (id) ON DELETE CASCADE
);

CREATE INDEX ix_sales_import_row_verdict ON sales_import_row (import_id, verdict, number);

CREATE INDEX ix_sales_import_row_lead_id ON sales_import_row (lead_id);

CREATE TABLE marketing_channel_assessment (
    id UUID NOT NULL,
    channel_id UUID NOT NULL,
    number BIGINT NOT NULL,
    status VARCHAR NOT NULL,
    criteria JSONB NOT NULL,
    score NUMERIC(4, 1) NOT NULL,
    summary VARCHAR NOT NULL,
    expected_leads BIGINT NOT NULL,
    expected_cost_per_lead_fen BIGINT NOT NULL,
    measured_leads BIGINT,
    measured_cost_per_lead_fen BIGINT,
    measured_on DATE,
    submitted_by UUID,
    submitted_at TIMESTAMP WITH TIME ZONE,
    decided_by UUID,
    decided_at TIMESTAMP WITH TIME ZONE,
    decision VARCHAR,
    expires_on DATE,
    owner_id UUID,
    department_id UUID,
    version BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    CONSTRAINT pk_marketing_channel_assessment PRIMARY KEY (id),
    CONSTRAINT ck_marketing_channel_assessment_score CHECK (score BETWEEN 0 AND 100),
    CONSTRAINT fk_marketing_channel_assessment_channel_id FOREIGN KEY(channel_id) REFERENCES marketing_channel (id),
    CONSTRAINT fk_marketing_channel_assessment_submitted_by FOREIGN KEY(submitted_by) REFERENCES account (id),
    CONSTRAINT fk_marketing_channel_assessment_decided_by FOREIGN KEY(decided_by) REFERENCES account (id),
    CONSTRAINT fk_marketing_channel_assessment_owner_id FOREIGN KEY(owner_id) REFERENCES account (id),
    CONSTRAINT fk_marketing_channel_assessment_department_id FOREIGN KEY(department_id) REFERENCES department (id)
);

CREATE INDEX ix_marketing_channel_assessment_owner_id_updated_at ON marketing_channel_assessment (owner_id, updated_at, id);

CREATE INDEX ix_marketing_channel_assessment_department_id_updated_at ON marketing_channel_assessment (department_id, updated_at, id);

CREATE UNIQUE INDEX uq_marketing_channel_assessment_approved ON marketing_channel_assessment (channel_id) WHERE status = 'approved';

CREATE INDEX ix_marketing_channel_assessment_updated_at ON marketing_channel_assessment (updated_at, id);

CREATE UNIQUE INDEX uq_marketing_channel_assessment_number ON marketing_channel_assessment (channel_id, number);

CREATE UNIQUE INDEX uq_marketing_channel_assessment_in_work ON marketing_channel_assessment (channel_id) WHERE status IN ('draft', 'submitted', 'returned');

CREATE TABLE refresh_token (
    token_hash BYTEA NOT NULL,
    session_id UUID NOT NULL,
    issued_at TIMESTAMP WITH TIME ZONE NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_refresh_token PRIMARY KEY (token_hash),
    CONSTRAINT fk_refresh_token_session_id FOREIGN KEY(session_id) REFERENCES sign_in_session (id) ON DELETE CASCADE
);

CREATE INDEX ix_refresh_token_session_id ON refresh_token (session_id);

CREATE TABLE regulation_acknowledgement (
    id UUID NOT NULL,
    version_id UUID NOT NULL,
    account_id UUID NOT NULL,
    version BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    CONSTRAINT pk_regulation_acknowledgement PRIMARY KEY (id),
    CONSTRAINT uq_regulation_acknowledgement_version_id_account_id UNIQUE (version_id, account_id),
    CONSTRAINT fk_regulation_acknowledgement_version_id FOREIGN KEY(version_id) REFERENCES regulation_version (id),
    CONSTRAINT fk_regulation_acknowledgement_account_id FOREIGN KEY(account_id) REFERENCES account (id)
);

CREATE INDEX ix_regulation_acknowledgement_created_at ON regulation_acknowledgement (created_at, id);

CREATE INDEX ix_regulation_acknowledgement_account_id ON regulation_acknowledgement (account_id);

CREATE TABLE marketing_link (
    id UUID NOT NULL,
    code VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    target_url VARCHAR NOT NULL,
    campaign_id UUID NOT NULL,
    channel_id UUID NOT NULL,
    status VARCHAR NOT NULL,
    utm_source VARCHAR NOT NULL,
    utm_medium VARCHAR NOT NULL,
    utm_campaign VARCHAR NOT NULL,
    utm_content VARCHAR,
    utm_term VARCHAR,
    owner_id UUID,
    department_id UUID,
    version BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    search_text TEXT NOT NULL,
    search_tokens TEXT[] NOT NULL,
    CONSTRAINT pk_marketing_link PRIMARY KEY (id),
    CONSTRAINT uq_marketing_link_code UNIQUE (code),
    CONSTRAINT fk_marketing_link_campaign_id FOREIGN KEY(campaign_id) REFERENCES marketing_campaign (id),
    CONSTRAINT fk_marketing_link_channel_id FOREIGN KEY(channel_id) REFERENCES marketing_channel (id),
    CONSTRAINT fk_marketing_link_owner_id FOREIGN KEY(owner_id) REFERENCES account (id),
    CONSTRAINT fk_marketing_link_department_id FOREIGN KEY(department_id) REFERENCES department (id)
);

CREATE INDEX ix_marketing_link_campaign_id ON marketing_link (campaign_id, updated_at, id);

CREATE INDEX ix_marketing_link_updated_at ON marketing_link (updated_at, id);

CREATE INDEX ix_marketing_link_search_tokens ON marketing_link USING gin (search_tokens) WITH (gin_pending_list_limit = 256);

CREATE INDEX ix_marketing_link_owner_id_updated_at ON marketing_link (owner_id, updated_at, id);

CREATE INDEX ix_marketing_link_department_id_updated_at ON marketing_link (department_id, updated_at, id);

CREATE TABLE marketing_spend (
    id UUID NOT NULL,
    campaign_id UUID NOT NULL,
    channel_id UUID NOT NULL,
    day DATE NOT NULL,
    amount_fen BIGINT NOT NULL,
    note VARCHAR,
    source VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    reverses_id UUID,
    owner_id UUID,
    department_id UUID,
    version BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    CONSTRAINT pk_marketing_spend PRIMARY KEY (id),
    CONSTRAINT ck_marketing_spend_amount CHECK ((amount_fen > 0) = (reverses_id IS NULL) AND amount_fen <> 0),
    CONSTRAINT fk_marketing_spend_campaign_id FOREIGN KEY(campaign_id) REFERENCES marketing_campaign (id),
    CONSTRAINT fk_marketing_spend_channel_id FOREIGN KEY(channel_id) REFERENCES marketing_channel (id),
    CONSTRAINT uq_marketing_spend_reverses_id UNIQUE (reverses_id),
    CONSTRAINT fk_marketing_spend_reverses_id FOREIGN KEY(reverses_id) REFERENCES marketing_spend (id),
    CONSTRAINT fk_marketing_spend_owner_id FOREIGN KEY(owner_id) REFERENCES account (id),
    CONSTRAINT fk_marketing_spend_department_id FOREIGN KEY(department_id) REFERENCES department (id)
);

CREATE INDEX ix_marketing_spend_day ON marketing_spend (day, id);

CREATE INDEX ix_marketing_spend_owner_id_updated_at ON marketing_spend (owner_id, updated_at, id);

CREATE INDEX ix_marketing_spend_campaign_id ON marketing_spend (campaign_id, day, id) INCLUDE (amount_fen);

CREATE INDEX ix_marketing_spend_updated_at ON marketing_spend (updated_at, id);

CREATE INDEX ix_marketing_spend_channel_id ON marketing_spend (channel_id, day, id) INCLUDE (amount_fen);

CREATE INDEX ix_marketing_spend_department_id_updated_at ON marketing_spend (department_id, updated_at, id);

CREATE INDEX ix_marketing_spend_owner_id_day ON marketing_spend (owner_id, day, id);

CREATE INDEX ix_marketing_spend_department_id_day ON marketing_spend (department_id, day, id);

CREATE TABLE analytics_funnel_day (
    day DATE NOT NULL,
    channel_id UUID,
    campaign_id UUID,
    visits BIGINT NOT NULL,
    leads BIGINT NOT NULL,
    qualified BIGINT NOT NULL,
    opportunities BIGINT NOT NULL,
    orders BIGINT NOT NULL,
    revenue_fen BIGINT NOT NULL,
    cost_fen BIGINT NOT NULL,
    CONSTRAINT fk_analytics_funnel_day_channel_id FOREIGN KEY(channel_id) REFERENCES marketing_channel (id),
    CONSTRAINT fk_analytics_funnel_day_campaign_id FOREIGN KEY(campaign_id) REFERENCES marketing_campaign (id)
);

CREATE UNIQUE INDEX uq_analytics_funnel_day ON analytics_funnel_day (day, channel_id, campaign_id) NULLS NOT DISTINCT;

CREATE TABLE marketing_campaign_amendment (
    id UUID NOT NULL,
    campaign_id UUID NOT NULL,
    status VARCHAR NOT NULL,
    budget_before_fen BIGINT NOT NULL,
    budget_fen BIGINT NOT NULL,
    reason VARCHAR NOT NULL,
    requested_by UUID,
    decided_by UUID,
    decided_at TIMESTAMP WITH TIME ZONE,
    owner_id UUID,
    department_id UUID,
    version BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    CONSTRAINT pk_marketing_campaign_amendment PRIMARY KEY (id),
    CONSTRAINT ck_marketing_campaign_amendment_raises CHECK (budget_fen > budget_before_fen),
    CONSTRAINT fk_marketing_campaign_amendment_campaign_id FOREIGN KEY(campaign_id) REFERENCES marketing_campaign (id),
    CONSTRAINT fk_marketing_campaign_amendment_requested_by FOREIGN KEY(requested_by) REFERENCES account (id),
    CONSTRAINT fk_marketing_campaign_amendment_decided_by FOREIGN KEY(decided_by) REFERENCES account (id),
    CONSTRAINT fk_marketing_campaign_amendment_owner_id FOREIGN KEY(owner_id) REFERENCES account (id),
    CONSTRAINT fk_marketing_campaign_amendment_department_id FOREIGN KEY(department_id) REFERENCES department (id)
);

CREATE INDEX ix_marketing_campaign_amendment_department_id_updated_at ON marketing_campaign_amendment (department_id, updated_at, id);

CREATE UNIQUE INDEX uq_marketing_campaign_amendment_requested ON marketing_campaign_amendment (campaign_id) WHERE status = 'requested';

CREATE INDEX ix_marketing_campaign_amendment_owner_id_updated_at ON marketing_campaign_amendment (owner_id, updated_at, id);

CREATE INDEX ix_marketing_campaign_amendment_campaign_id ON marketing_campaign_amendment (campaign_id, updated_at, id);

CREATE INDEX ix_marketing_campaign_amendment_updated_at ON marketing_campaign_amendment (updated_at, id);

CREATE TABLE sales_lead_form (
    id UUID NOT NULL,
    key VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    intro VARCHAR,
    fields JSONB NOT NULL,
    consent_text VARCHAR NOT NULL,
    consent_version BIGINT NOT NULL,
    thanks VARCHAR NOT NULL,
    source_id UUID NOT NULL,
    campaign_id UUID,
    status VARCHAR NOT NULL,
    published_at TIMESTAMP WITH TIME ZONE,
    owner_id UUID,
    department_id UUID,
    version BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    search_text TEXT NOT NULL,
    search_tokens TEXT[] NOT NULL,
    CONSTRAINT pk_sales_lead_form PRIMARY KEY (id),
    CONSTRAINT uq_sales_lead_form_key UNIQUE (key),
    CONSTRAINT fk_sales_lead_form_source_id FOREIGN KEY(source_id) REFERENCES sales_lead_source (id),
    CONSTRAINT fk_sales_lead_form_campaign_id FOREIGN KEY(campaign_id) REFERENCES marketing_campaign (id),
    CONSTRAINT fk_sales_lead_form_owner_id FOREIGN KEY(owner_id) REFERENCES account (id),
    CONSTRAINT fk_sales_lead_form_department_id FOREIGN KEY(department_id) REFERENCES department (id)
);

CREATE INDEX ix_sales_lead_form_department_id_updated_at ON sales_lead_form (department_id, updated_at, id);

CREATE INDEX ix_sales_lead_form_search_tokens ON sales_lead_form USING gin (search_tokens) WITH (gin_pending_list_limit = 256);

CREATE INDEX ix_sales_lead_form_owner_id_updated_at ON sales_lead_form (owner_id, updated_at, id);

CREATE INDEX ix_sales_lead_form_updated_at ON sales_lead_form (updated_at, id);

CREATE TABLE analytics_visit (
    session VARCHAR NOT NULL,
    day DATE NOT NULL,
    first_at TIMESTAMP WITH TIME ZONE NOT NULL,
    channel_id UUID,
    campaign_id UUID,
    link_id UUID,
    CONSTRAINT pk_analytics_visit PRIMARY KEY (session),
    CONSTRAINT fk_analytics_visit_channel_id FOREIGN KEY(channel_id) REFERENCES marketing_channel (id),
    CONSTRAINT fk_analytics_visit_campaign_id FOREIGN KEY(campaign_id) REFERENCES marketing_campaign (id),
    CONSTRAINT fk_analytics_visit_link_id FOREIGN KEY(link_id) REFERENCES marketing_link (id)
);

CREATE INDEX ix_analytics_visit_day ON analytics_visit (day, channel_id, campaign_id);

CREATE TABLE sales_lead (
    id UUID NOT NULL,
    name VARCHAR NOT NULL,
    company VARCHAR,
    title VARCHAR,
    region VARCHAR,
    need VARCHAR,
    product_interest VARCHAR,
    budget_fen BIGINT,
    facts JSONB NOT NULL,
    status VARCHAR NOT NULL,
    source_id UUID NOT NULL,
    visitor_id VARCHAR,
    landing_page VARCHAR,
    form_id UUID,
    import_id UUID,
    external_id VARCHAR,
    original_author VARCHAR,
    arrived_at TIMESTAMP WITH TIME ZONE NOT NULL,
    intent_score SMALLINT NOT NULL,
    fit_score SMALLINT NOT NULL,
    score SMALLINT NOT NULL,
    key BOOLEAN NOT NULL,
    score_parts JSONB NOT NULL,
    scoring_model_id UUID,
    qualified_at TIMESTAMP WITH TIME ZONE,
    assigned_at TIMESTAMP WITH TIME ZONE,
    first_contacted_at TIMESTAMP WITH TIME ZONE,
    next_contact_at TIMESTAMP WITH TIME ZONE,
    touched_at TIMESTAMP WITH TIME ZONE NOT NULL,
    converted_at TIMESTAMP WITH TIME ZONE,
    customer_id UUID,
    contact_id UUID,
    opportunity_id UUID,
    disqualified_reason VARCHAR,
    lost_reason VARCHAR,
    merged_into_id UUID,
    phone_sealed BYTEA,
    phone_masked TEXT,
    phone_index BYTEA,
    phone_last4 BYTEA,
    email_sealed BYTEA,
    email_masked TEXT,
    email_index BYTEA,
    channel_id UUID,
    campaign_id UUID,
    link_id UUID,
    owner_id UUID,
    department_id UUID,
    version BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    search_text TEXT NOT NULL,
    search_tokens TEXT[] NOT NULL,
    CONSTRAINT pk_sales_lead PRIMARY KEY (id),
    CONSTRAINT fk_sales_lead_source_id FOREIGN KEY(source_id) REFERENCES sales_lead_source (id),
    CONSTRAINT fk_sales_lead_merged_into_id FOREIGN KEY(merged_into_id) REFERENCES sales_lead (id),
    CONSTRAINT fk_sales_lead_channel_id FOREIGN KEY(channel_id) REFERENCES marketing_channel (id),
    CONSTRAINT fk_sales_lead_campaign_id FOREIGN KEY(campaign_id) REFERENCES marketing_campaign (id),
    CONSTRAINT fk_sales_lead_link_id FOREIGN KEY(link_id) REFERENCES marketing_link (id),
    CONSTRAINT fk_sales_lead_owner_id FOREIGN KEY(owner_id) REFERENCES account (id),
    CONSTRAINT fk_sales_lead_department_id FOREIGN KEY(department_id) REFERENCES department (id)
);

CREATE INDEX ix_sales_lead_owner_id_updated_at ON sales_lead (owner_id, updated_at, id);

CREATE INDEX ix_sales_lead_status ON sales_lead (status, department_id, updated_at, id);

CREATE INDEX ix_sales_lead_channel ON sales_lead (channel_id, arrived_at, id);

CREATE INDEX ix_sales_lead_updated_at ON sales_lead (updated_at, id);

CREATE INDEX ix_sales_lead_campaign ON sales_lead (campaign_id, arrived_at, id);

CREATE INDEX ix_sales_lead_import_id ON sales_lead (import_id) WHERE import_id IS NOT NULL;

CREATE INDEX ix_sales_lead_visitor_id ON sales_lead (visitor_id) WHERE visitor_id IS NOT NULL;

CREATE INDEX ix_sales_lead_unowned ON sales_lead (department_id, updated_at, id) WHERE owner_id IS NULL;

CREATE INDEX ix_sales_lead_department_id_updated_at ON sales_lead (department_id, updated_at, id);

CREATE INDEX ix_sales_lead_qualified_at ON sales_lead (qualified_at) WHERE qualified_at IS NOT NULL;

CREATE INDEX ix_sales_lead_worked ON sales_lead (owner_id) WHERE status IN ('assigned', 'contacted', 'nurturing');

CREATE INDEX ix_sales_lead_phone_index ON sales_lead (phone_index);

CREATE INDEX ix_sales_lead_phone_last4 ON sales_lead (phone_last4);

CREATE INDEX ix_sales_lead_external_id ON sales_lead (external_id) WHERE external_id IS NOT NULL;

CREATE INDEX ix_sales_lead_merged_into_id ON sales_lead (merged_into_id) WHERE merged_into_id IS NOT NULL;

CREATE INDEX ix_sales_lead_owner_id_arrived_at ON sales_lead (owner_id, arrived_at, id);

CREATE INDEX ix_sales_lead_department_id_arrived_at ON sales_lead (department_id, arrived_at, id);

CREATE INDEX ix_sales_lead_arrived_at ON sales_lead (arrived_at, id);

CREATE INDEX ix_sales_lead_converted_at ON sales_lead (converted_at) WHERE converted_at IS NOT NULL;

CREATE INDEX ix_sales_lead_owner_id_score ON sales_lead (owner_id, score, id);

CREATE INDEX ix_sales_lead_email_index ON sales_lead (email_index);

CREATE INDEX ix_sales_lead_department_id_score ON sales_lead (department_id, score, id);

CREATE INDEX ix_sales_lead_touched_at ON sales_lead (touched_at) WHERE status IN ('assigned', 'contacted', 'nurturing');

CREATE INDEX ix_sales_lead_score ON sales_lead (score, id);

CREATE INDEX ix_sales_lead_search_tokens ON sales_lead USING gin (search_tokens) WITH (gin_pending_list_limit = 256);

CREATE TABLE sales_customer (
    id UUID NOT NULL,
    number VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    industry VARCHAR,
    region VARCHAR,
    level VARCHAR NOT NULL,
    remark VARCHAR,
    first_lead_id UUID,
    phone_sealed BYTEA,
    phone_masked TEXT,
    phone_index BYTEA,
    phone_last4 BYTEA,
    email_sealed BYTEA,
    email_masked TEXT,
    email_index BYTEA,
    address_sealed BYTEA,
    address_masked TEXT,
    channel_id UUID,
    campaign_id UUID,
    link_id UUID,
    owner_id UUID,
    department_id UUID,
    version BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    search_text TEXT NOT NULL,
    search_tokens TEXT[] NOT NULL,
    CONSTRAINT pk_sales_customer PRIMARY KEY (id),
    CONSTRAINT uq_sales_customer_number UNIQUE (number),
    CONSTRAINT fk_sales_customer_channel_id FOREIGN KEY(channel_id) REFERENCES marketing_channel (id),
    CONSTRAINT fk_sales_customer_campaign_id FOREIGN KEY(campaign_id) REFERENCES marketing_campaign (id),
    CONSTRAINT fk_sales_customer_link_id FOREIGN KEY(link_id) REFERENCES marketing_link (id),
    CONSTRAINT fk_sales_customer_owner_id FOREIGN KEY(owner_id) REFERENCES account (id),
    CONSTRAINT fk_sales_customer_department_id FOREIGN KEY(department_id) REFERENCES department (id)
);

CREATE INDEX ix_sales_customer_phone_index ON sales_customer (phone_index);

CREATE INDEX ix_sales_customer_updated_at ON sales_customer (updated_at, id);

CREATE INDEX ix_sales_customer_phone_last4 ON sales_customer (phone_last4);

CREATE INDEX ix_sales_customer_owner_id_created_at ON sales_customer (owner_id, created_at, id);

CREATE INDEX ix_sales_customer_search_tokens ON sales_customer USING gin (search_tokens) WITH (gin_pending_list_limit = 256);

CREATE INDEX ix_sales_customer_email_index ON sales_customer (email_index);

CREATE INDEX ix_sales_customer_department_id_updated_at ON sales_customer (department_id, updated_at, id);

CREATE INDEX ix_sales_customer_department_id_created_at ON sales_customer (department_id, created_at, id);

CREATE INDEX ix_sales_customer_created_at ON sales_customer (created_at, id);

CREATE INDEX ix_sales_customer_owner_id_updated_at ON sales_customer (owner_id, updated_at, id);

CREATE TABLE sales_contact (
    id UUID NOT NULL,
    customer_id UUID NOT NULL,
    name VARCHAR NOT NULL,
    position VARCHAR,
    wechat VARCHAR,
    main BOOLEAN NOT NULL,
    remark VARCHAR,
    phone_sealed BYTEA,
    phone_masked TEXT,
    phone_index BYTEA,
    phone_last4 BYTEA,
    email_sealed BYTEA,
    email_masked TEXT,
    email_index BYTEA,
    owner_id UUID,
    department_id UUID,
    version BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    search_text TEXT NOT NULL,
    search_tokens TEXT[] NOT NULL,
    CONSTRAINT pk_sales_contact PRIMARY KEY (id),
    CONSTRAINT fk_sales_contact_customer_id FOREIGN KEY(customer_id) REFERENCES sales_customer (id),
    CONSTRAINT fk_sales_contact_owner_id FOREIGN KEY(owner_id) REFERENCES account (id),
    CONSTRAINT fk_sales_contact_department_id FOREIGN KEY(department_id) REFERENCES department (id)
);

CREATE INDEX ix_sales_contact_phone_index ON sales_contact (phone_index);

CREATE INDEX ix_sales_contact_search_tokens ON sales_contact USING gin (search_tokens) WITH (gin_pending_list_limit = 256);

CREATE INDEX ix_sales_contact_owner_id_updated_at ON sales_contact (owner_id, updated_at, id);

CREATE INDEX ix_sales_contact_created_at ON sales_contact (created_at, id);

CREATE INDEX ix_sales_contact_phone_last4 ON sales_contact (phone_last4);

CREATE INDEX ix_sales_contact_customer_id ON sales_contact (customer_id, id);

CREATE INDEX ix_sales_contact_email_index ON sales_contact (email_index);

CREATE INDEX ix_sales_contact_department_id_updated_at ON sales_contact (department_id, updated_at, id);

CREATE INDEX ix_sales_contact_owner_id_created_at ON sales_contact (owner_id, created_at, id);

CREATE INDEX ix_sales_contact_updated_at ON sales_contact (updated_at, id);

CREATE INDEX ix_sales_contact_department_id_created_at ON sales_contact (department_id, created_at, id);

CREATE TABLE sales_duplicate (
    id UUID NOT NULL,
    lead_id UUID NOT NULL,
    other_id UUID,
    customer_id UUID,
    reason VARCHAR NOT NULL,
    certain BOOLEAN NOT NULL,
    score SMALLINT NOT NULL,
    status VARCHAR NOT NULL,
    owner_id UUID,
    department_id UUID,
    version BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    CONSTRAINT pk_sales_duplicate PRIMARY KEY (id),
    CONSTRAINT fk_sales_duplicate_lead_id FOREIGN KEY(lead_id) REFERENCES sales_lead (id),
    CONSTRAINT fk_sales_duplicate_other_id FOREIGN KEY(other_id) REFERENCES sales_lead (id),
    CONSTRAINT fk_sales_duplicate_customer_id FOREIGN KEY(customer_id) REFERENCES sales_customer (id),
    CONSTRAINT fk_sales_duplicate_owner_id FOREIGN KEY(owner_id) REFERENCES account (id),
    CONSTRAINT fk_sales_duplicate_department_id FOREIGN KEY(department_id) REFERENCES department (id)
);

CREATE INDEX ix_sales_duplicate_customer_id ON sales_duplicate (customer_id) WHERE customer_id IS NOT NULL;

CREATE INDEX ix_sales_duplicate_updated_at ON sales_duplicate (updated_at, id);

CREATE INDEX ix_sales_duplicate_department_id_updated_at ON sales_duplicate (department_id, updated_at, id);

CREATE INDEX ix_sales_duplicate_other_id ON sales_duplicate (other_id) WHERE other_id IS NOT NULL;

CREATE UNIQUE INDEX uq_sales_duplicate_pair ON sales_duplicate (lead_id, other_id, customer_id) NULLS NOT DISTINCT;

CREATE INDEX ix_sales_duplicate_owner_id_updated_at ON sales_duplicate (owner_id, updated_at, id);

CREATE TABLE sales_assignment (
    id UUID NOT NULL,
    lead_id UUID NOT NULL,
    way VARCHAR NOT NULL,
    rule_id UUID,
    rule_name VARCHAR,
    terms JSONB NOT NULL,
    account_id UUID,
    from_account_id UUID,
    candidates JSONB NOT NULL,
    note VARCHAR,
    version BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    CONSTRAINT pk_sales_assignment PRIMARY KEY (id),
    CONSTRAINT fk_sales_assignment_lead_id FOREIGN KEY(lead_id) REFERENCES sales_lead (id) ON DELETE CASCADE,
    CONSTRAINT fk_sales_assignment_rule_id FOREIGN KEY(rule_id) REFERENCES sales_routing_rule (id),
    CONSTRAINT fk_sales_assignment_account_id FOREIGN KEY(account_id) REFERENCES account (id),
    CONSTRAINT fk_sales_assignment_from_account_id FOREIGN KEY(from_account_id) REFERENCES account (id)
);

CREATE INDEX ix_sales_assignment_lead_id ON sales_assignment (lead_id, created_at);

CREATE INDEX ix_sales_assignment_account_id ON sales_assignment (account_id, created_at, id);

CREATE INDEX ix_sales_assignment_created_at ON sales_assignment (created_at, id);

CREATE TABLE sales_form_submission (
    id UUID NOT NULL,
    form_id UUID NOT NULL,
    lead_id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    consent_text VARCHAR NOT NULL,
    consent_version BIGINT NOT NULL,
    address_hash BYTEA NOT NULL,
    session VARCHAR,
    utm JSONB NOT NULL,
    CONSTRAINT pk_sales_form_submission PRIMARY KEY (id),
    CONSTRAINT fk_sales_form_submission_form_id FOREIGN KEY(form_id) REFERENCES sales_lead_form (id),
    CONSTRAINT fk_sales_form_submission_lead_id FOREIGN KEY(lead_id) REFERENCES sales_lead (id) ON DELETE CASCADE
);

CREATE INDEX ix_sales_form_submission_lead_id ON sales_form_submission (lead_id);

CREATE INDEX ix_sales_form_submission_form_id ON sales_form_submission (form_id, at);

CREATE TABLE sales_opportunity (
    id UUID NOT NULL,
    customer_id UUID NOT NULL,
    contact_id UUID,
    lead_id UUID,
    title VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    amount_fen BIGINT NOT NULL,
    probability BIGINT NOT NULL,
    expected_close_on DATE,
    needs VARCHAR,
    next_step VARCHAR,
    next_step_at TIMESTAMP WITH TIME ZONE,
    held_until DATE,
    held_from VARCHAR,
    lost_reason VARCHAR,
    competitor VARCHAR,
    stage_since TIMESTAMP WITH TIME ZONE NOT NULL,
    closed_at TIMESTAMP WITH TIME ZONE,
    proposal_sent_at TIMESTAMP WITH TIME ZONE,
    accepted_proposal_id UUID,
    channel_id UUID,
    campaign_id UUID,
    link_id UUID,
    owner_id UUID,
    department_id UUID,
    version BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    search_text TEXT NOT NULL,
    search_tokens TEXT[] NOT NULL,
    CONSTRAINT pk_sales_opportunity PRIMARY KEY (id),
    CONSTRAINT ck_sales_opportunity_probability CHECK (probability BETWEEN 0 AND 100),
    CONSTRAINT ck_sales_opportunity_amount CHECK (amount_fen >= 0),
    CONSTRAINT fk_sales_opportunity_customer_id FOREIGN KEY(customer_id) REFERENCES sales_customer (id),
    CONSTRAINT fk_sales_opportunity_contact_id FOREIGN KEY(contact_id) REFERENCES sales_contact (id),
    CONSTRAINT fk_sales_opportunity_channel_id FOREIGN KEY(channel_id) REFERENCES marketing_channel (id),
    CONSTRAINT fk_sales_opportunity_campaign_id FOREIGN KEY(campaign_id) REFERENCES marketing_campaign (id),
    CONSTRAINT fk_sales_opportunity_link_id FOREIGN KEY(link_id) REFERENCES marketing_link (id),
    CONSTRAINT fk_sales_opportunity_owner_id FOREIGN KEY(owner_id) REFERENCES account (id),
    CONSTRAINT fk_sales_opportunity_department_id FOREIGN KEY(department_id) REFERENCES department (id)
);

CREATE INDEX ix_sales_opportunity_owner_id_updated_at ON sales_opportunity (owner_id, updated_at, id);

CREATE INDEX ix_sales_opportunity_department_id_amount_fen ON sales_opportunity (department_id, amount_fen, id);

CREATE INDEX ix_sales_opportunity_campaign ON sales_opportunity (campaign_id, created_at, id);

CREATE INDEX ix_sales_opportunity_owner_id_status_updated_at ON sales_opportunity (owner_id, status, updated_at, id);

CREATE INDEX ix_sales_opportunity_amount_fen ON sales_opportunity (amount_fen, id);

CREATE INDEX ix_sales_opportunity_owner_id_amount_fen ON sales_opportunity (owner_id, amount_fen, id);

CREATE INDEX ix_sales_opportunity_department_id_status_updated_at ON sales_opportunity (department_id, status, updated_at, id);

CREATE INDEX ix_sales_opportunity_department_id_created_at ON sales_opportunity (department_id, created_at, id);

CREATE INDEX ix_sales_opportunity_customer_id ON sales_opportunity (customer_id, created_at, id);

CREATE INDEX ix_sales_opportunity_created_at ON sales_opportunity (created_at, id);

CREATE INDEX ix_sales_opportunity_status_updated_at ON sales_opportunity (status, updated_at, id);

CREATE INDEX ix_sales_opportunity_search_tokens ON sales_opportunity USING gin (search_tokens) WITH (gin_pending_list_limit = 256);

CREATE INDEX ix_sales_opportunity_updated_at ON sales_opportunity (updated_at, id);

CREATE INDEX ix_sales_opportunity_department_id_updated_at ON sales_opportunity (department_id, updated_at, id);

CREATE INDEX ix_sales_opportunity_channel ON sales_opportunity (channel_id, created_at, id);

CREATE INDEX ix_sales_opportunity_owner_id_created_at ON sales_opportunity (owner_id, created_at, id);

CREATE TABLE sales_lead_merge (
    id UUID NOT NULL,
    duplicate_id UUID NOT NULL,
    kept_id UUID NOT NULL,
    merged_id UUID,
    kept_before JSONB NOT NULL,
    kept_after JSONB NOT NULL,
    merged_before JSONB,
    moved JSONB NOT NULL,
    account_id UUID,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    undone_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_sales_lead_merge PRIMARY KEY (id),
    CONSTRAINT fk_sales_lead_merge_duplicate_id FOREIGN KEY(duplicate_id) REFERENCES sales_duplicate (id),
    CONSTRAINT fk_sales_lead_merge_kept_id FOREIGN KEY(kept_id) REFERENCES sales_lead (id),
    CONSTRAINT fk_sales_lead_merge_merged_id FOREIGN KEY(merged_id) REFERENCES sales_lead (id)
);

CREATE INDEX ix_sales_lead_merge_duplicate_id ON sales_lead_merge (duplicate_id, at);

CREATE TABLE sales_follow_up (
    id UUID NOT NULL,
    lead_id UUID,
    customer_id UUID,
    opportunity_id UUID,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    channel VARCHAR NOT NULL,
    content VARCHAR NOT NULL,
    response VARCHAR,
    tags TEXT[] NOT NULL,
    next_at TIMESTAMP WITH TIME ZONE,
    owner_id UUID,
    department_id UUID,
    version BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    CONSTRAINT pk_sales_follow_up PRIMARY KEY (id),
    CONSTRAINT ck_sales_follow_up_subject CHECK (num_nonnulls(lead_id, customer_id, opportunity_id) > 0),
    CONSTRAINT fk_sales_follow_up_lead_id FOREIGN KEY(lead_id) REFERENCES sales_lead (id),
    CONSTRAINT fk_sales_follow_up_customer_id FOREIGN KEY(customer_id) REFERENCES sales_customer (id),
    CONSTRAINT fk_sales_follow_up_opportunity_id FOREIGN KEY(opportunity_id) REFERENCES sales_opportunity (id),
    CONSTRAINT fk_sales_follow_up_owner_id FOREIGN KEY(owner_id) REFERENCES account (id),
    CONSTRAINT fk_sales_follow_up_department_id FOREIGN KEY(department_id) REFERENCES department (id)
);

CREATE INDEX ix_sales_follow_up_lead_id ON sales_follow_up (lead_id, at) WHERE lead_id IS NOT NULL;

CREATE INDEX ix_sales_follow_up_owner_id_at ON sales_follow_up (owner_id, at, id);

CREATE INDEX ix_sales_follow_up_at ON sales_follow_up (at, id);

CREATE INDEX ix_sales_follow_up_opportunity_id ON sales_follow_up (opportunity_id, at) WHERE opportunity_id IS NOT NULL;

CREATE INDEX ix_sales_follow_up_customer_id ON sales_follow_up (customer_id, at) WHERE customer_id IS NOT NULL;

CREATE INDEX ix_sales_follow_up_department_id_at ON sales_follow_up (department_id, at, id);

CREATE TABLE sales_proposal (
    id UUID NOT NULL,
    number VARCHAR NOT NULL,
    opportunity_id UUID NOT NULL,
    customer_id UUID NOT NULL,
    contact_id UUID,
    edition BIGINT NOT NULL,
    title VARCHAR NOT NULL,
    solution VARCHAR NOT NULL,
    terms VARCHAR,
    status VARCHAR NOT NULL,
    valid_until DATE NOT NULL,
    submitted_by UUID,
    approved_by UUID,
    sent_at TIMESTAMP WITH TIME ZONE,
    sent_by VARCHAR,
    answered_at TIMESTAMP WITH TIME ZONE,
    decline_reason VARCHAR,
    gross_fen BIGINT NOT NULL,
    discount_fen BIGINT NOT NULL,
    total_fen BIGINT NOT NULL,
    tax_fen BIGINT NOT NULL,
    owner_id UUID,
    department_id UUID,
    version BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    CONSTRAINT pk_sales_proposal PRIMARY KEY (id),
    CONSTRAINT uq_sales_proposal_number UNIQUE (number),
    CONSTRAINT fk_sales_proposal_opportunity_id FOREIGN KEY(opportunity_id) REFERENCES sales_opportunity (id),
    CONSTRAINT fk_sales_proposal_customer_id FOREIGN KEY(customer_id) REFERENCES sales_customer (id),
    CONSTRAINT fk_sales_proposal_contact_id FOREIGN KEY(contact_id) REFERENCES sales_contact (id),
    CONSTRAINT fk_sales_proposal_submitted_by FOREIGN KEY(submitted_by) REFERENCES account (id),
    CONSTRAINT fk_sales_proposal_approved_by FOREIGN KEY(approved_by) REFERENCES account (id),
    CONSTRAINT fk_sales_proposal_owner_id FOREIGN KEY(owner_id) REFERENCES account (id),
    CONSTRAINT fk_sales_proposal_department_id FOREIGN KEY(department_id) REFERENCES department (id)
);

CREATE INDEX ix_sales_proposal_department_id_updated_at ON sales_proposal (department_id, updated_at, id);

CREATE INDEX ix_sales_proposal_customer_id ON sales_proposal (customer_id, created_at, id);

CREATE INDEX ix_sales_proposal_updated_at ON sales_proposal (updated_at, id);

CREATE INDEX ix_sales_proposal_valid_until ON sales_proposal (valid_until) WHERE status = 'sent';

CREATE INDEX ix_sales_proposal_owner_id_updated_at ON sales_proposal (owner_id, updated_at, id);

CREATE INDEX ix_sales_proposal_owner_id_created_at ON sales_proposal (owner_id, created_at, id);

CREATE UNIQUE INDEX uq_sales_proposal_edition ON sales_proposal (opportunity_id, edition);

CREATE INDEX ix_sales_proposal_department_id_created_at ON sales_proposal (department_id, created_at, id);

CREATE INDEX ix_sales_proposal_created_at ON sales_proposal (created_at, id);

CREATE TABLE sales_proposal_line (
    proposal_id UUID NOT NULL,
    id UUID NOT NULL,
    position BIGINT NOT NULL,
    sku VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    unit VARCHAR NOT NULL,
    quantity NUMERIC(12, 3) NOT NULL,
    unit_price_fen BIGINT NOT NULL,
    discount_fen BIGINT NOT NULL,
    tax_rate NUMERIC(5, 2) NOT NULL,
    gross_fen BIGINT GENERATED ALWAYS AS (round(quantity * unit_price_fen)::bigint) NOT NULL,
    total_fen BIGINT GENERATED ALWAYS AS ((round(quantity * unit_price_fen) - discount_fen)::bigint) NOT NULL,
    tax_fen BIGINT GENERATED ALWAYS AS (round((round(quantity * unit_price_fen) - discount_fen) * tax_rate / (100 + tax_rate))::bigint) NOT NULL,
    product_id UUID NOT NULL,
    CONSTRAINT pk_sales_proposal_line PRIMARY KEY (id),
    CONSTRAINT ck_sales_proposal_line_quantity CHECK (quantity > 0),
    CONSTRAINT ck_sales_proposal_line_unit_price CHECK (unit_price_fen >= 0),
    CONSTRAINT ck_sales_proposal_line_discount CHECK (discount_fen BETWEEN 0 AND round(quantity * unit_price_fen)),
    CONSTRAINT fk_sales_proposal_line_proposal_id FOREIGN KEY(proposal_id) REFERENCES sales_proposal (id),
    CONSTRAINT fk_sales_proposal_line_product_id FOREIGN KEY(product_id) REFERENCES catalog_product (id)
);

CREATE INDEX ix_sales_proposal_line_proposal_id ON sales_proposal_line (proposal_id, position);

CREATE TABLE sales_order (
    id UUID NOT NULL,
    number VARCHAR NOT NULL,
    customer_id UUID NOT NULL,
    contact_id UUID,
    opportunity_id UUID,
    proposal_id UUID,
    status VARCHAR NOT NULL,
    receiver VARCHAR,
    invoice_title VARCHAR,
    invoice_tax_number VARCHAR,
    promised_ship_on DATE,
    remark VARCHAR,
    needs_setup BOOLEAN NOT NULL,
    placed_at TIMESTAMP WITH TIME ZONE,
    confirmed_at TIMESTAMP WITH TIME ZONE,
    confirmed_by VARCHAR,
    shipped_at TIMESTAMP WITH TIME ZONE,
    delivered_at TIMESTAMP WITH TIME ZONE,
    completed_at TIMESTAMP WITH TIME ZONE,
    cancelled_at TIMESTAMP WITH TIME ZONE,
    cancel_reason VARCHAR,
    gross_fen BIGINT NOT NULL,
    discount_fen BIGINT NOT NULL,
    total_fen BIGINT NOT NULL,
    tax_fen BIGINT NOT NULL,
    phone_sealed BYTEA,
    phone_masked TEXT,
    phone_index BYTEA,
    phone_last4 BYTEA,
    address_sealed BYTEA,
    address_masked TEXT,
    channel_id UUID,
    campaign_id UUID,
    link_id UUID,
    owner_id UUID,
    department_id UUID,
    version BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    CONSTRAINT pk_sales_order PRIMARY KEY (id),
    CONSTRAINT uq_sales_order_number UNIQUE (number),
    CONSTRAINT fk_sales_order_customer_id FOREIGN KEY(customer_id) REFERENCES sales_customer (id),
    CONSTRAINT fk_sales_order_contact_id FOREIGN KEY(contact_id) REFERENCES sales_contact (id),
    CONSTRAINT fk_sales_order_opportunity_id FOREIGN KEY(opportunity_id) REFERENCES sales_opportunity (id),
    CONSTRAINT fk_sales_order_proposal_id FOREIGN KEY(proposal_id) REFERENCES sales_proposal (id),
    CONSTRAINT fk_sales_order_channel_id FOREIGN KEY(channel_id) REFERENCES marketing_channel (id),
    CONSTRAINT fk_sales_order_campaign_id FOREIGN KEY(campaign_id) REFERENCES marketing_campaign (id),
    CONSTRAINT fk_sales_order_link_id FOREIGN KEY(link_id) REFERENCES marketing_link (id),
    CONSTRAINT fk_sales_order_owner_id FOREIGN KEY(owner_id) REFERENCES account (id),
    CONSTRAINT fk_sales_order_department_id FOREIGN KEY(department_id) REFERENCES department (id)
);

CREATE INDEX ix_sales_order_updated_at ON sales_order (updated_at, id);

CREATE INDEX ix_sales_order_phone_index ON sales_order (phone_index);

CREATE INDEX ix_sales_order_owner_id_status_updated_at ON sales_order (owner_id, status, updated_at, id);

CREATE INDEX ix_sales_order_department_id_status_updated_at ON sales_order (department_id, status, updated_at, id);

CREATE INDEX ix_sales_order_status_updated_at ON sales_order (status, updated_at, id);

CREATE INDEX ix_sales_order_customer_id ON sales_order (customer_id, created_at, id);

CREATE INDEX ix_sales_order_channel ON sales_order (channel_id, placed_at, id);

CREATE INDEX ix_sales_order_campaign ON sales_order (campaign_id, placed_at, id);

CREATE INDEX ix_sales_order_owner_id_created_at ON sales_order (owner_id, created_at, id);

CREATE INDEX ix_sales_order_opportunity_id ON sales_order (opportunity_id) WHERE opportunity_id IS NOT NULL;

CREATE INDEX ix_sales_order_department_id_created_at ON sales_order (department_id, created_at, id);

CREATE INDEX ix_sales_order_phone_last4 ON sales_order (phone_last4);

CREATE INDEX ix_sales_order_owner_id_updated_at ON sales_order (owner_id, updated_at, id);

CREATE INDEX ix_sales_order_created_at ON sales_order (created_at, id);

CREATE INDEX ix_sales_order_to_complete ON sales_order (delivered_at) WHERE status = 'delivered';

CREATE INDEX ix_sales_order_owner_id_total_fen ON sales_order (owner_id, total_fen, id);

CREATE INDEX ix_sales_order_department_id_total_fen ON sales_order (department_id, total_fen, id);

CREATE INDEX ix_sales_order_department_id_updated_at ON sales_order (department_id, updated_at, id);

CREATE INDEX ix_sales_order_placed_at ON sales_order (placed_at) WHERE placed_at IS NOT NULL;

CREATE INDEX ix_sales_order_total_fen ON sales_order (total_fen, id);

CREATE TABLE sales_fulfilment (
    id UUID NOT NULL,
    order_id UUID NOT NULL,
    carrier VARCHAR NOT NULL,
    tracking_number VARCHAR NOT NULL,
    shipped_at TIMESTAMP WITH TIME ZONE NOT NULL,
    delivered_at TIMESTAMP WITH TIME ZONE,
    received_by VARCHAR,
    owner_id UUID,
    department_id UUID,
    version BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    CONSTRAINT pk_sales_fulfilment PRIMARY KEY (id),
    CONSTRAINT fk_sales_fulfilment_order_id FOREIGN KEY(order_id) REFERENCES sales_order (id),
    CONSTRAINT fk_sales_fulfilment_owner_id FOREIGN KEY(owner_id) REFERENCES account (id),
    CONSTRAINT fk_sales_fulfilment_department_id FOREIGN KEY(department_id) REFERENCES department (id)
);

CREATE INDEX ix_sales_fulfilment_owner_id_created_at ON sales_fulfilment (owner_id, created_at, id);

CREATE INDEX ix_sales_fulfilment_tracking_number ON sales_fulfilment (tracking_number);

CREATE INDEX ix_sales_fulfilment_updated_at ON sales_fulfilment (updated_at, id);

CREATE INDEX ix_sales_fulfilment_department_id_created_at ON sales_fulfilment (department_id, created_at, id);

CREATE INDEX ix_sales_fulfilment_owner_id_updated_at ON sales_fulfilment (owner_id, updated_at, id);

CREATE INDEX ix_sales_fulfilment_created_at ON sales_fulfilment (created_at, id);

CREATE INDEX ix_sales_fulfilment_order_id ON sales_fulfilment (order_id);

CREATE INDEX ix_sales_fulfilment_department_id_updated_at ON sales_fulfilment (department_id, updated_at, id);

CREATE TABLE sales_ledger_entry (
    id UUID NOT NULL,
    transaction_id UUID NOT NULL,
    account VARCHAR NOT NULL,
    order_id UUID NOT NULL,
    amount_fen BIGINT NOT NULL,
    value_on DATE NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_sales_ledger_entry PRIMARY KEY (id),
    CONSTRAINT fk_sales_ledger_entry_order_id FOREIGN KEY(order_id) REFERENCES sales_order (id)
);

CREATE INDEX ix_sales_ledger_entry_transaction_id ON sales_ledger_entry (transaction_id);

CREATE INDEX ix_sales_ledger_entry_order ON sales_ledger_entry (order_id, account) INCLUDE (amount_fen);

CREATE FUNCTION sales_ledger_never_more_back() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM sales_order WHERE id = NEW.order_id FOR NO KEY UPDATE;
    IF NEW.account = 'customer' AND (
        SELECT sum(amount_fen) FROM sales_ledger_entry WHERE order_id = NEW.order_id AND account = 'customer'
    ) > 0 THEN
        RAISE EXCEPTION 'more is given back than was paid'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'refunded_within_paid';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER sales_ledger_never_more_back AFTER INSERT ON sales_ledger_entry
    FOR EACH ROW EXECUTE FUNCTION sales_ledger_never_more_back();

CREATE FUNCTION sales_ledger_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT sum(amount_fen) FROM sales_ledger_entry WHERE transaction_id = NEW.transaction_id) <> 0 THEN
        RAISE EXCEPTION 'the postings do not add up' USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_balanced';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER sales_ledger_balanced AFTER INSERT ON sales_ledger_entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION sales_ledger_balanced();

CREATE FUNCTION sales_ledger_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is added to, never changed'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_append_only';
END $$;
CREATE TRIGGER sales_ledger_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON sales_ledger_entry
    FOR EACH STATEMENT EXECUTE FUNCTION sales_ledger_append_only();

CREATE TABLE sales_order_line (
    order_id UUID NOT NULL,
    id UUID NOT NULL,
    position BIGINT NOT NULL,
    sku VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    unit VARCHAR NOT NULL,
    quantity NUMERIC(12, 3) NOT NULL,
    unit_price_fen BIGINT NOT NULL,
    discount_fen BIGINT NOT NULL,
    tax_rate NUMERIC(5, 2) NOT NULL,
    gross_fen BIGINT GENERATED ALWAYS AS (round(quantity * unit_price_fen)::bigint) NOT NULL,
    total_fen BIGINT GENERATED ALWAYS AS ((round(quantity * unit_price_fen) - discount_fen)::bigint) NOT NULL,
    tax_fen BIGINT GENERATED ALWAYS AS (round((round(quantity * unit_price_fen) - discount_fen) * tax_rate / (100 + tax_rate))::bigint) NOT NULL,
    product_id UUID NOT NULL,
    CONSTRAINT pk_sales_order_line PRIMARY KEY (id),
    CONSTRAINT ck_sales_order_line_quantity CHECK (quantity > 0),
    CONSTRAINT ck_sales_order_line_unit_price CHECK (unit_price_fen >= 0),
    CONSTRAINT ck_sales_order_line_discount CHECK (discount_fen BETWEEN 0 AND round(quantity * unit_price_fen)),
    CONSTRAINT fk_sales_order_line_order_id FOREIGN KEY(order_id) REFERENCES sales_order (id),
    CONSTRAINT fk_sales_order_line_product_id FOREIGN KEY(product_id) REFERENCES catalog_product (id)
);

CREATE INDEX ix_sales_order_line_order_id ON sales_order_line (order_id, position);

CREATE TABLE sales_payment (
    id UUID NOT NULL,
    order_id UUID NOT NULL,
    amount_fen BIGINT NOT NULL,
    method VARCHAR NOT NULL,
    reference VARCHAR,
    paid_on DATE NOT NULL,
    remark VARCHAR,
    status VARCHAR NOT NULL,
    transaction_id UUID NOT NULL,
    reversal_id UUID,
    reversed_at TIMESTAMP WITH TIME ZONE,
    reverse_reason VARCHAR,
    owner_id UUID,
    department_id UUID,
    version BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    CONSTRAINT pk_sales_payment PRIMARY KEY (id),
    CONSTRAINT ck_sales_payment_amount CHECK (amount_fen > 0),
    CONSTRAINT fk_sales_payment_order_id FOREIGN KEY(order_id) REFERENCES sales_order (id),
    CONSTRAINT fk_sales_payment_owner_id FOREIGN KEY(owner_id) REFERENCES account (id),
    CONSTRAINT fk_sales_payment_department_id FOREIGN KEY(department_id) REFERENCES department (id)
);

CREATE INDEX ix_sales_payment_owner_id_created_at ON sales_payment (owner_id, created_at, id);

CREATE UNIQUE INDEX uq_sales_payment_reference ON sales_payment (method, reference) WHERE reference IS NOT NULL AND status = 'recorded';

CREATE INDEX ix_sales_payment_department_id_created_at ON sales_payment (department_id, created_at, id);

CREATE INDEX ix_sales_payment_created_at ON sales_payment (created_at, id);

CREATE INDEX ix_sales_payment_owner_id_updated_at ON sales_payment (owner_id, updated_at, id);

CREATE INDEX ix_sales_payment_updated_at ON sales_payment (updated_at, id);

CREATE INDEX ix_sales_payment_department_id_updated_at ON sales_payment (department_id, updated_at, id);

CREATE INDEX ix_sales_payment_order_id ON sales_payment (order_id);

ALTER TABLE department ADD CONSTRAINT fk_department_head_id FOREIGN KEY(head_id) REFERENCES account (id);
