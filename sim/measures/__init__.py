"""What is read off lives once they are lived: outcomes, delivery, targets, women by week, dollars."""
