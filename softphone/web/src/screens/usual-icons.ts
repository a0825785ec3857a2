/** Lucide's icons that menus name or are likely to; the first page brings them along. */
export {
  Activity, Archive, AudioLines, BadgeCheck, Ban, Bell, Blocks, BookOpen, BookText, BookUser, Bot, Building2, Cable, CalendarClock,
  CalendarDays, ChartColumn, ChartLine, ChartPie, ClipboardCheck, ClipboardList, Clock, Coffee, Contact, Database, FileText, FolderTree,
  GitBranch, Globe, GraduationCap, Grid3x3, Headset, History, Hourglass, IdCard, Key, KeyRound, LayoutDashboard, LayoutGrid, ListChecks,
  ListOrdered, ListTodo, Map, MapPin, Megaphone, MessageSquare, MessagesSquare, MonitorSmartphone, Network, Phone, PhoneCall,
  PhoneForwarded, PhoneIncoming, PhoneMissed, PhoneOff, PhoneOutgoing, Plug, Route, ScrollText, Settings, Shield, ShieldBan, ShieldCheck,
  SlidersHorizontal, Split, Star, Table, Tags, Ticket, TrendingUp, User, UserCheck, UserCog, UserRound, UserRoundCheck, Users, UsersRound,
  Voicemail, Workflow, Wrench,
} from '@lucide/vue'
