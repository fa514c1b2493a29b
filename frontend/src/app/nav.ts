import {
  AccountBookOutlined,
  ApartmentOutlined,
  AuditOutlined,
  BarChartOutlined,
  CalendarOutlined,
  CarOutlined,
  CheckSquareOutlined,
  ClockCircleOutlined,
  CommentOutlined,
  DashboardOutlined,
  ExperimentOutlined,
  EyeOutlined,
  FieldTimeOutlined,
  FileDoneOutlined,
  FileProtectOutlined,
  FlagOutlined,
  FormOutlined,
  FunnelPlotOutlined,
  GiftOutlined,
  IdcardOutlined,
  ImportOutlined,
  InboxOutlined,
  KeyOutlined,
  LinkOutlined,
  MailOutlined,
  MergeCellsOutlined,
  NotificationOutlined,
  PartitionOutlined,
  PayCircleOutlined,
  QuestionCircleOutlined,
  ReadOutlined,
  RiseOutlined,
  ScheduleOutlined,
  ShoppingOutlined,
  SolutionOutlined,
  SunOutlined,
  SwapOutlined,
  TagsOutlined,
  TeamOutlined,
  ThunderboltOutlined,
  UserOutlined,
  UserSwitchOutlined,
} from "@ant-design/icons";
import type { ComponentType } from "react";

export interface Entry {
  path: string;
  /** Its name: `nav.<key>` of the namespace `shell`. */
  key: string;
  icon: ComponentType;
  /** Who has not this duty does not see the entry. */
  duty: string;
}

export interface Group {
  key: "day" | "marketing" | "sales" | "service" | "analytics" | "regulation" | "org" | "system";
  entries: Entry[];
}

/** The navigation, in the order of the regulation. */
export const NAVIGATION: Group[] = [
  { key: "day", entries: [{ path: "/", key: "day", icon: SunOutlined, duty: "self.use" }] },
  {
    key: "marketing",
    entries: [
      { path: "/marketing/channels", key: "channels", icon: NotificationOutlined, duty: "channel.read" },
      { path: "/marketing/campaigns", key: "campaigns", icon: FlagOutlined, duty: "campaign.read" },
      { path: "/marketing/spend", key: "spend", icon: PayCircleOutlined, duty: "spend.read" },
      { path: "/marketing/links", key: "links", icon: LinkOutlined, duty: "tracked_link.read" },
      { path: "/sales/forms", key: "lead_forms", icon: FormOutlined, duty: "lead_form.read" },
      { path: "/sales/lead-sources", key: "lead_sources", icon: TagsOutlined, duty: "lead_source.read" },
    ],
  },
  {
    key: "sales",
    entries: [
      { path: "/sales/leads", key: "leads", icon: UserSwitchOutlined, duty: "lead.read" },
      { path: "/sales/pool", key: "pool", icon: InboxOutlined, duty: "pool.read" },
      { path: "/sales/follow-ups", key: "follow_ups", icon: CommentOutlined, duty: "follow_up.read" },
      { path: "/sales/lead-imports", key: "imports", icon: ImportOutlined, duty: "lead_import.read" },
      { path: "/sales/duplicates", key: "duplicates", icon: MergeCellsOutlined, duty: "duplicate.read" },
      { path: "/sales/assignments", key: "assignments", icon: PartitionOutlined, duty: "assignment.read" },
      { path: "/sales/scoring-models", key: "scoring", icon: DashboardOutlined, duty: "scoring_model.read" },
      { path: "/sales/opportunities", key: "opportunities", icon: RiseOutlined, duty: "opportunity.read" },
      { path: "/sales/customers", key: "customers", icon: TeamOutlined, duty: "customer.read" },
      { path: "/sales/proposals", key: "proposals", icon: FileDoneOutlined, duty: "proposal.read" },
      { path: "/sales/orders", key: "orders", icon: ShoppingOutlined, duty: "order.read" },
      { path: "/sales/payments", key: "payments", icon: AccountBookOutlined, duty: "payment.read" },
      { path: "/catalog/products", key: "products", icon: GiftOutlined, duty: "product.read" },
    ],
  },
  {
    key: "service",
    entries: [
      { path: "/org/handovers", key: "handovers", icon: SwapOutlined, duty: "handover.read" },
      { path: "/sales/fulfilments", key: "fulfilments", icon: CarOutlined, duty: "fulfilment.read" },
      { path: "/service/messages", key: "messages", icon: MailOutlined, duty: "message.read" },
    ],
  },
  {
    key: "analytics",
    entries: [
      { path: "/analytics/funnel", key: "funnel", icon: FunnelPlotOutlined, duty: "funnel.read" },
      { path: "/analytics/channel-roi", key: "roi", icon: BarChartOutlined, duty: "channel_roi.read" },
      { path: "/analytics/events", key: "events", icon: EyeOutlined, duty: "web_event.read" },
    ],
  },
  {
    key: "regulation",
    entries: [
      { path: "/regulation", key: "regulation", icon: ReadOutlined, duty: "clause.read" },
      { path: "/regulation/controls", key: "controls", icon: ExperimentOutlined, duty: "control.run" },
      // One's own stand in My day; who may look behind a control sees further.
      { path: "/regulation/obligations", key: "obligations", icon: ScheduleOutlined, duty: "control.drill" },
      { path: "/regulation/versions", key: "versions", icon: FileProtectOutlined, duty: "acknowledgement.read" },
      {
        path: "/regulation/acknowledgements",
        key: "acknowledgements",
        icon: CheckSquareOutlined,
        duty: "acknowledgement.read",
      },
      { path: "/regulation/limits", key: "limits", icon: FieldTimeOutlined, duty: "limit.update" },
      { path: "/policy/explain", key: "explain", icon: QuestionCircleOutlined, duty: "post.read" },
    ],
  },
  {
    key: "org",
    entries: [
      { path: "/org/departments", key: "departments", icon: ApartmentOutlined, duty: "department.read" },
      { path: "/org/accounts", key: "accounts", icon: UserOutlined, duty: "account.read" },
      { path: "/org/posts", key: "posts", icon: IdcardOutlined, duty: "post.read" },
      { path: "/org/holdings", key: "holdings", icon: SolutionOutlined, duty: "holding.create" },
      { path: "/org/absences", key: "absences", icon: CalendarOutlined, duty: "absence.read" },
      { path: "/org/calendar", key: "calendar", icon: ClockCircleOutlined, duty: "calendar.read" },
    ],
  },
  {
    key: "system",
    entries: [
      { path: "/tech/audit", key: "audit", icon: AuditOutlined, duty: "audit.read" },
      { path: "/tech/keys", key: "keys", icon: KeyOutlined, duty: "key.read" },
      { path: "/tech/jobs", key: "jobs", icon: ThunderboltOutlined, duty: "job.read" },
    ],
  },
];
