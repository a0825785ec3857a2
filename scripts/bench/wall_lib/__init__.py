"""What walls cost the engine, and the browser that shows one for weeks."""
