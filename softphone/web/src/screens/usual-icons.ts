/** Lucide's icons that menus name or are likely to; the first page brings them along. */
export {
  Activity, AlarmClock, Archive, ArchiveRestore, ArrowRightLeft, AudioLines, BadgeCheck, Ban, Bell, BellOff, Blocks, BookMarked, BookOpen, BookText, BookUser, Bot,
  Building2, Cable, CalendarClock, CalendarDays, ChartColumn, ClipboardCheck, ClipboardList, Clock, Coffee, Contact,
  Database, FilePen, FileText, FileUp, FolderTree, Gavel, Globe, GraduationCap, Grid3x3, Headset, History, Hourglass, Inbox, Key,
  KeyRound, LayoutDashboard, LayoutGrid, ListChecks, ListOrdered, Map, Megaphone, MessageSquare, MessagesSquare,
  MonitorSmartphone, Network, Phone, PhoneCall, PhoneForwarded, PhoneIncoming, PhoneMissed, PhoneOff, PhoneOutgoing, Plug, Puzzle, Radar, Route,
  Scale, ScrollText, Settings, ShieldAlert, ShieldBan, ShieldCheck, Siren, SlidersHorizontal, Split, Stamp, Star, Table, Tags, ThumbsUp, Ticket, User,
  UserCheck, UserCog, UserPen, UserRound, UserRoundCheck, Users, UsersRound, Voicemail, Workflow,
} from '@lucide/vue'
