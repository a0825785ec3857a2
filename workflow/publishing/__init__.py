"""What the hotline makes public (信息发布, tender B5, B7, B9, B15-B17): one desk for portal, WeChat and app."""
