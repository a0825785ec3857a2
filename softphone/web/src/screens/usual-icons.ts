/** Lucide's icons that menus name or are likely to; the first page brings them along. */
export {
  Activity, AlarmClock, Archive, ArchiveRestore, ArrowRightLeft, AudioLines, BadgeCheck, Ban, Bell, Blocks, BookMarked, BookOpen, BookText, BookUser, Bot,
  Building2, Cable, CalendarClock, CalendarDays, ChartColumn, ChartLine, ChartPie, ClipboardCheck, ClipboardList, Clock, Coffee, Contact,
  Database, FilePen, FileText, FileUp, FolderTree, Gavel, GitBranch, Globe, GraduationCap, Grid3x3, Headset, History, Hourglass, IdCard, Inbox, Key,
  KeyRound, LayoutDashboard, LayoutGrid, ListChecks, ListOrdered, ListTodo, Map, MapPin, Megaphone, MessageSquare, MessagesSquare,
  MonitorSmartphone, Network, Phone, PhoneCall, PhoneForwarded, PhoneIncoming, PhoneMissed, PhoneOff, PhoneOutgoing, Plug, Puzzle, Radar, Route,
  Scale, ScrollText, Settings, Shield, ShieldAlert, ShieldBan, ShieldCheck, Siren, SlidersHorizontal, Split, Stamp, Star, Table, Tags, Ticket, TrendingUp, User,
  UserCheck, UserCog, UserPen, UserRound, UserRoundCheck, Users, UsersRound, Voicemail, Workflow, Wrench,
} from '@lucide/vue'
