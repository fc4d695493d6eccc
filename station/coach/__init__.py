"""Pure: what a control engineer would recognise. Heart-rate models and the advice that follows."""
